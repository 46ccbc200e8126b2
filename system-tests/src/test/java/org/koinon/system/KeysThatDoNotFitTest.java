package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.masking.KemCiphertext;
import org.koinon.aggregation.masking.KemPublicKey;
import org.koinon.aggregation.masking.KemSecret;
import org.koinon.aggregation.masking.MemberMessage.KeyMessage;
import org.koinon.aggregation.masking.MemberMessage.PairMessage;
import org.koinon.federation.contribution.MaskGraph;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** A member whose key is not the announced one or hidden, or whose ciphertexts are. */
class KeysThatDoNotFitTest {
  private static final int PEERS = 7;
  private static final KemPublicKey OTHER = KemSecret.draw(new SplittableRandom(3)).publicKey();

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final List<String> sealed = new ArrayList<>();

  @TempDir private Path folder;

  private Liar liar(int place, long seed) {
    return new Liar(ToyConsortium.of(PEERS, study, folder, seed), study, place);
  }

  /** Notes what it seals for the liar. */
  private final class Noting extends Relay {
    private final Liar liar;

    Noting(PeerLink link, Liar liar) {
      super(link);
      this.liar = liar;
    }

    @Override
    public Reply tell(MemberId to, byte[] message) {
      boolean isSealed = Letters.is(Letters.PACK, message) || Letters.is("pair", message);
      if (to.equals(liar.id()) && isSealed) {
        sealed.add(Letters.read(message).orElseThrow().toString());
      }
      return super.tell(to, message);
    }
  }

  private void assertLeftOut(Liar liar) {
    SimulatedConsortium consortium = liar.consortium();
    consortium.run(study.id(), FaultPlan.NONE, new Notes());
    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    List<MemberId> others = members.stream().filter(member -> !member.equals(liar.id())).toList();
    MaskGraph masks = round.masks().orElseThrow();
    assertThat(round.keyed()).containsKey(liar.id());
    assertThat(others).noneMatch(member -> masks.isEdge(liar.id(), member));
    assertThat(round.contributors()).isEqualTo(others);
    PlainSum.assertIsResult(consortium, round, others.getFirst());
    assertThat(liar.accusations()).isEmpty();
    var _ = Ledgers.assertAudited(consortium, others);
  }

  /** Whose key it is nobody knows: nothing may be sealed under it. */
  @Test
  void nothing_is_sealed_under_a_key_that_was_not_announced_and_nobody_is_accused() {
    Liar liar = liar(PEERS - 1, 181);
    liar.says(
        signed ->
            liar.altered(signed, KeyMessage.class, said -> new KeyMessage(said.phase(), OTHER)));
    members
        .subList(0, PEERS - 1)
        .forEach(member -> liar.consortium().intercept(member, link -> new Noting(link, liar)));

    assertLeftOut(liar);

    assertThat(sealed).isEmpty();
  }

  @Test
  void spoilt_ciphertexts_leave_pairs_without_a_mask_and_nobody_is_accused() {
    Liar liar = liar(0, 182);
    liar.says(signed -> liar.altered(signed, PairMessage.class, KeysThatDoNotFitTest::spoilt));

    assertLeftOut(liar);
  }

  /** Hands out neither its key nor a ciphertext, and keeps none for others to fetch. */
  private static final class Hiding extends Relay {
    Hiding(PeerLink link) {
      super(link);
    }

    private static boolean isHidden(byte[] message) {
      return Letters.is("key", message) || Letters.is("pair", message);
    }

    @Override
    public Reply tell(MemberId to, byte[] message) {
      return isHidden(message) ? Reply.HELD : super.tell(to, message);
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(served).filter(one -> !isHidden(one.bytes()));
    }
  }

  /** Some of the others wait for its key, some for its ciphertext. */
  @Test
  void who_hides_key_and_ciphertexts_shares_a_mask_with_nobody_and_nobody_is_accused() {
    Liar liar = liar(3, 183);
    liar.consortium().intercept(liar.id(), Hiding::new);

    assertLeftOut(liar);
  }

  private static PairMessage spoilt(PairMessage said) {
    byte[] bytes = said.ciphertext().bytes().toArray();
    bytes[7] ^= 1;
    return new PairMessage(said.phase(), said.to(), KemCiphertext.of(bytes));
  }
}
