package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.report.JsonReport;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** Fewer are left than can rebuild a mask. */
class ManyVanishAfterTheOpeningTest {
  private static final int PEERS = 7;
  private static final long PAST_THE_FIRST_DEADLINE = 30_000;

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final List<MemberId> gone = members.subList(4, PEERS);
  private final Set<MemberId> back = new TreeSet<>();

  @Test
  void the_others_wait_and_the_round_ends_late_once_they_are_back(@TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 191);
    Set<MemberId> fallen = new TreeSet<>();
    FaultPlan plan =
        (member, round, step) -> {
          if (fallen.contains(member) && step == RoundStep.READ && back.add(member)) {
            assertStillWaiting(consortium);
          }
          return gone.contains(member) && step == RoundStep.UNMASK && fallen.add(member)
              ? Optional.of(new FaultPlan.Kill(PAST_THE_FIRST_DEADLINE))
              : Optional.empty();
        };

    consortium.run(study.id(), plan, new Notes());

    assertThat(back).containsExactlyElementsOf(gone);
    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    RoundView round = rounds.getFirst();
    assertThat(rounds).hasSize(1);
    assertThat(round.contributors()).isEqualTo(members);
    assertThat(PEERS - gone.size()).isLessThan(round.threshold());
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    assertThat(Ledgers.entries(consortium, Accusation.class)).isEmpty();
    var _ = Ledgers.assertAudited(consortium, members);
  }

  @Test
  void of_an_attempt_that_is_lost_the_audit_lists_who_was_not_heard_after_its_opening(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 192);
    FaultPlan plan =
        (member, round, step) ->
            gone.contains(member) && step == RoundStep.UNMASK
                ? Optional.of(new FaultPlan.Kill(-1))
                : Optional.empty();

    consortium.run(study.id(), plan, new Notes());

    RoundView lost = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(lost.contributors()).isEqualTo(members);
    assertThat(lost.released()).isPresent();
    assertThat(lost.ending())
        .contains(new Abandoned(study.id(), 1, AbandonReason.DEADLINE, Phase.ATTESTED));
    assertThat(Ledgers.entries(consortium, Accusation.class)).isEmpty();
    AuditReport report =
        Audit.verify(new AuditRequest(consortium.ledgerFile(), List.of(), List.of()));
    List<RoundAudit> rounds = report.rounds();
    assertThat(rounds.getFirst().silent()).isEqualTo(gone);
    assertThat(rounds.subList(1, rounds.size())).allMatch(round -> round.silent().isEmpty());
    String names = "hospital-04, hospital-05, hospital-06";
    String sentence = "lost after its opening; from then on the ledger has no word of " + names;
    assertThat(TextReport.rounds(rounds)).containsIgnoringWhitespaces(sentence);
    assertThat(TextReport.of(report)).containsIgnoringWhitespaces("toy-study/1: " + sentence);
    assertThat(JsonReport.rounds(rounds))
        .contains("\"silent\":[\"hospital-04\",\"hospital-05\",\"hospital-06\"]");
  }

  private void assertStillWaiting(SimulatedConsortium consortium) {
    RoundView round = Ledgers.rounds(consortium, study.id()).getLast();
    assertThat(round.opened().round()).isEqualTo(1);
    assertThat(round.released()).isPresent();
    assertThat(round.ending()).isEmpty();
    assertThat(round.attested()).isEmpty();
    assertThat(Ledgers.entries(consortium, Overdue.class))
        .anyMatch(entry -> ((Overdue) entry.entry()).phase() == Phase.ATTESTED);
  }
}
