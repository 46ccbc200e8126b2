package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.Encapsulation;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.KemSecret;
import org.koinon.aggregation.masking.PairKeys;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.RoundJournal;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** Dealers that hand out no shares, or shares and tables that are worth nothing. */
class HiddenPacksTest {
  private static final MemberId DEALER = ToyConsortium.member(0);
  private static final long FOR_EVER = -1;
  private static final long A_WHILE = 30_000;

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final RoundId first = new RoundId(study.id(), 1);

  /** Hands out no pack and keeps none for others to fetch. */
  private static final class Hiding extends Relay {
    Hiding(PeerLink link) {
      super(link);
    }

    @Override
    public Reply tell(MemberId to, byte[] message) {
      return Letters.is(Letters.PACK, message) ? Reply.HELD : super.tell(to, message);
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(served).filter(one -> !Letters.is(Letters.PACK, one.bytes()));
    }
  }

  @Test
  void who_is_ready_and_hides_its_packs_is_not_in_the_sum_and_nobody_is_accused(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(5, study, folder, 101);
    consortium.intercept(DEALER, Hiding::new);

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    List<MemberId> others = ToyConsortium.members(5).subList(1, 5);
    assertThat(round.ready()).containsKey(DEALER);
    assertThat(round.keyed()).containsKey(DEALER);
    assertThat(round.contributors()).isEqualTo(others);
    PlainSum.assertIsResult(consortium, round, others.getFirst());
    assertThat(Ledgers.entries(consortium, Accusation.class)).isEmpty();
    var _ = Ledgers.assertAudited(consortium, others);
  }

  /** All are ready and then stopped, so that the dealer's journal can be written for it. */
  private SimulatedConsortium ready(int peers, Path folder, long seed) {
    SimulatedConsortium consortium = ToyConsortium.of(peers, study, folder, seed);
    FaultPlan stop =
        (member, round, step) ->
            step == RoundStep.KEY ? Optional.of(new FaultPlan.Kill(FOR_EVER)) : Optional.empty();
    consortium.run(study.id(), stop, new Notes());
    return consortium;
  }

  private RoundView view(SimulatedConsortium consortium) {
    return Ledgers.rounds(consortium, study.id()).getFirst();
  }

  /**
   * Writes the dealer's key page: true keys with everybody, and a dealing that the mischief has
   * changed. It has the lowest number, so that it encapsulates to all others.
   */
  private void deal(SimulatedConsortium consortium, Consumer<ByteBuffer> mischief) {
    RoundView view = view(consortium);
    Attempt attempt = new Attempt(view.opened().context(ToyConsortium.ID), view.opened().members());
    Holders holders = new Holders(attempt, List.copyOf(view.ready().keySet()), view.threshold());
    Map<MemberId, KemSecret> keys = new HashMap<>();
    for (MemberId member : holders.ready()) {
      keys.put(member, KemSecret.of(Seed.of(kemSeed(consortium, member))));
    }
    Random random = new Random(7);
    List<byte[]> ciphertexts = new ArrayList<>();
    List<PairKeys> pairs = new ArrayList<>();
    SortedMap<MemberId, Seed> masks = new TreeMap<>();
    for (MemberId member : holders.ready().subList(1, holders.size())) {
      Encapsulation made = Objects.requireNonNull(keys.get(member)).publicKey().encapsulate(random);
      PairKeys pair =
          PairKeys.of(
              attempt, side(view, DEALER), side(view, member), made.ciphertext(), made.shared());
      ciphertexts.add(made.ciphertext().bytes().toArray());
      pairs.add(pair);
      masks.put(member, pair.mask());
    }
    ByteBuffer dealing = ByteBuffer.wrap(Dealing.deal(holders, DEALER, masks, random).encode());
    mischief.accept(dealing);

    ByteBuffer page = ByteBuffer.allocate(64 << 10);
    page.put((byte) 1).put(kemSeed(consortium, DEALER)).putShort((short) pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      page.putShort((short) (i + 2)).put(ciphertexts.get(i));
    }
    page.putShort((short) pairs.size());
    for (int i = 0; i < pairs.size(); i++) {
      PairKeys pair = pairs.get(i);
      page.putShort((short) (i + 2)).putShort((short) 1).putShort((short) (i + 2));
      page.put(pair.toHigher().bytes()).put(pair.toLower().bytes()).put(pair.mask().bytes());
    }
    page.putShort((short) holders.size());
    for (int number = 1; number <= holders.size(); number++) {
      page.putShort((short) number);
    }
    page.putShort((short) holders.threshold());
    page.putInt(dealing.capacity()).put(dealing.array()).putShort((short) 0);
    byte[] bytes = new byte[page.position()];
    page.flip().get(bytes);
    Path journal = JournalBytes.folder(consortium, DEALER);
    try (RoundJournal open = RoundJournal.open(journal, JournalBytes.key(DEALER))) {
      open.write(keys(), bytes);
    }
  }

  private String keys() {
    return "keys-" + study.id() + "~1";
  }

  private byte[] kemSeed(SimulatedConsortium consortium, MemberId member) {
    byte[] page = Objects.requireNonNull(JournalBytes.read(consortium, member).get(keys()));
    byte[] seed = new byte[Seed.BYTES];
    ByteBuffer.wrap(page).get(1, seed);
    return seed;
  }

  private static PairKeys.Side side(RoundView view, MemberId member) {
    Digest key = Objects.requireNonNull(view.ready().get(member)).kemKey();
    return new PairKeys.Side(member, Objects.requireNonNull(key));
  }

  private FaultPlan at(MemberId victim, RoundStep fatal, long millis) {
    boolean[] done = new boolean[1];
    return (member, round, step) -> {
      if (done[0] || !member.equals(victim) || !round.equals(first) || step != fatal) {
        return Optional.empty();
      }
      done[0] = true;
      return Optional.of(new FaultPlan.Kill(millis));
    };
  }

  private static void assertDealerIsAccused(SimulatedConsortium consortium) {
    assertThat(Ledgers.entries(consortium, Accusation.class))
        .isNotEmpty()
        .extracting(SignedEntry::entry)
        .allMatch(
            entry ->
                entry instanceof Accusation said
                    && said.accused().equals(DEALER)
                    && said.kind() == AccusationKind.WRONG_DEALING);
  }

  /** The share of the self mask for the second holder: after version, dealer and two secrets. */
  private static void bend(ByteBuffer dealing) {
    int second = 1 + 2 + 2 * Seed.BYTES + 2 * Seed.BYTES;
    dealing.put(second, (byte) (dealing.get(second) ^ 1));
  }

  @Test
  void a_share_off_the_polynomial_shows_when_its_dealer_is_silent_and_names_it(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ready(5, folder, 102);
    deal(consortium, HiddenPacksTest::bend);

    consortium.run(study.id(), at(DEALER, RoundStep.UNMASK, FOR_EVER), new Notes());

    RoundView lost = view(consortium);
    assertThat(lost.contributors()).contains(DEALER).hasSize(5);
    assertThat(lost.released()).isPresent();
    assertThat(lost.ending()).containsInstanceOf(Abandoned.class);
    assertDealerIsAccused(consortium);
  }

  /** The last byte of the sealed table. */
  private static void spoil(ByteBuffer dealing) {
    int last = dealing.capacity() - 1;
    dealing.put(last, (byte) (dealing.get(last) ^ 1));
  }

  @Test
  void a_spoilt_table_of_a_member_that_dropped_out_names_it_and_the_sum_waits_for_its_neighbour(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ready(7, folder, 103);
    deal(consortium, HiddenPacksTest::spoil);
    FaultPlan gone = at(DEALER, RoundStep.EXCHANGE, FOR_EVER);
    FaultPlan late = at(ToyConsortium.member(6), RoundStep.UNMASK, A_WHILE);

    consortium.run(
        study.id(),
        (member, round, step) ->
            gone.at(member, round, step).isPresent()
                ? Optional.of(new FaultPlan.Kill(FOR_EVER))
                : late.at(member, round, step),
        new Notes());

    RoundView round = view(consortium);
    assertThat(round.contributors()).isEqualTo(ToyConsortium.members(7).subList(1, 7));
    PlainSum.assertIsResult(consortium, round, ToyConsortium.member(1));
    assertDealerIsAccused(consortium);
  }
}
