package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.audit.verify.RoundAudit.Evidence;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.PeerLink;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** A dealer whose packs are sound by themselves and not those that it says, or two for one. */
class AWrongPackTest {
  private static final int PEERS = 7;

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final MemberId late = members.get(5);

  @TempDir private Path folder;

  /** Its pack reaches one other member, or all but one. */
  private static final class Sparing extends Relay {
    private final MemberId one;
    private final boolean isForOne;

    Sparing(PeerLink link, MemberId one, boolean isForOne) {
      super(link);
      this.one = one;
      this.isForOne = isForOne;
    }

    @Override
    public Reply tell(MemberId to, byte[] message) {
      boolean arrives = !Letters.is(Letters.PACK, message) || to.equals(one) == isForOne;
      return arrives ? super.tell(to, message) : Reply.HELD;
    }

    @Override
    Optional<Served> shown(Served served) {
      return Optional.of(served).filter(it -> !Letters.is(Letters.PACK, it.bytes()));
    }
  }

  /** It tells one holder a second pack after the first. */
  private static final class Doubling extends Relay {
    private final MemberId holder;

    Doubling(PeerLink link, MemberId holder) {
      super(link);
      this.holder = holder;
    }

    @Override
    public Reply tell(MemberId to, byte[] message) {
      Reply reply = super.tell(to, message);
      if (to.equals(holder) && Letters.is(Letters.PACK, message)) {
        SignedMessage first = SignedMessage.decode(message);
        byte[] body = first.body();
        body[body.length - 1] ^= 1;
        assertThat(super.tell(to, Letters.resigned(first, body))).isEqualTo(Reply.HELD);
      }
      return reply;
    }
  }

  @Test
  void who_tells_one_holder_two_packs_is_named_by_its_own_two_messages() {
    Liar liar = new Liar(ToyConsortium.of(PEERS, study, folder, 123), study, 2);
    SimulatedConsortium consortium = liar.consortium();
    consortium.intercept(liar.id(), link -> new Doubling(link, late));

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.contributors()).isEqualTo(members);
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    assertThat(Ledgers.entries(consortium, Accusation.class))
        .extracting(SignedEntry::author)
        .containsExactly(late);
    assertThat(liar.accusations())
        .allMatch(said -> said.accused().equals(liar.id()))
        .extracting(Accusation::kind)
        .containsOnly(AccusationKind.EQUIVOCATION);
    AuditReport report = Ledgers.assertAudited(consortium, members);
    assertThat(report.rounds().stream().map(RoundAudit::faults).flatMap(List::stream))
        .hasSize(1)
        .allMatch(fault -> fault.evidence() == Evidence.PROVEN);
  }

  private Liar liar(long seed) {
    Liar liar = new Liar(ToyConsortium.of(PEERS, study, folder, seed), study, 2);
    liar.writes(AWrongPackTest::withOtherRoot);
    return liar;
  }

  private static Entry withOtherRoot(Entry entry) {
    return entry instanceof Keyed honest
        ? new Keyed(
            honest.study(),
            honest.round(),
            honest.phase(),
            Digest.tagged("another root"),
            honest.selfHash(),
            honest.table(),
            honest.packs())
        : entry;
  }

  private static void assertAccused(Liar liar) {
    assertThat(liar.accusations())
        .isNotEmpty()
        .allMatch(said -> said.accused().equals(liar.id()))
        .extracting(Accusation::kind)
        .containsOnly(AccusationKind.WRONG_PACK);
  }

  /**
   * The liar waits for a pack that does not come, so that all others have said that they hold its
   * own when it says what that should have been.
   */
  @Test
  void who_says_keyed_last_and_falls_silent_costs_the_attempt_and_is_named_by_all() {
    Liar liar = liar(121);
    SimulatedConsortium consortium = liar.consortium();
    consortium.intercept(late, link -> new Sparing(link, liar.id(), false));
    FaultPlan silent =
        (member, round, step) ->
            member.equals(liar.id()) && step == RoundStep.UNMASK
                ? Optional.of(new FaultPlan.Kill(-1))
                : Optional.empty();

    consortium.run(study.id(), silent, new Notes());

    RoundView lost = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(lost.contributors()).contains(liar.id());
    assertThat(lost.released()).isPresent();
    assertThat(lost.ending()).containsInstanceOf(Abandoned.class);
    assertAccused(liar);
    assertThat(Ledgers.entries(consortium, Accusation.class))
        .extracting(SignedEntry::author)
        .containsExactlyInAnyOrderElementsOf(
            members.stream().filter(member -> !member.equals(liar.id())).toList());
  }

  /** The others wait for a pack that does not come, and see the liar's entry before their own. */
  @Test
  void who_says_keyed_first_shares_a_mask_with_nobody_and_is_named() {
    Liar liar = liar(122);
    SimulatedConsortium consortium = liar.consortium();
    consortium.intercept(late, link -> new Sparing(link, liar.id(), true));

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.contributors()).doesNotContain(liar.id(), late).hasSize(PEERS - 2);
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    assertAccused(liar);
    AuditReport report = Ledgers.assertAudited(consortium, members);
    assertThat(report.rounds().stream().map(RoundAudit::faults).flatMap(List::stream))
        .isNotEmpty()
        .allMatch(fault -> fault.evidence() == Evidence.PROVEN);
  }
}
