package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** A hospital is missing in the second round: what its colleagues are told, and what is refused. */
class NearDifferenceTest {
  private static final int PEERS = 5;
  private static final MemberId LOST = ToyConsortium.member(4);

  private final Notes notes = new Notes();

  private static Study study(boolean strict) {
    return ToyConsortium.study(
        40,
        2,
        new Study.Privacy(Policy.PRIVATE_SUM, WeightMode.MASKED, 1000, 3, 2, null, strict),
        ServerOptimiser.fedAvg());
  }

  private List<RoundView> run(Study study, long awayMillis, Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 71);
    Set<MemberId> away = new HashSet<>();
    FaultPlan faults =
        (member, round, step) ->
            member.equals(LOST) && round.number() == 2 && step == RoundStep.READ && away.add(member)
                ? Optional.of(new FaultPlan.Kill(awayMillis))
                : Optional.empty();
    consortium.run(study.id(), faults, notes);
    return Ledgers.rounds(consortium, study.id());
  }

  private List<String> notesWith(String words) {
    return notes.sentences().stream().filter(note -> note.contains(words)).toList();
  }

  @Test
  void who_is_left_is_told_whose_part_two_results_show_together(@TempDir Path folder) {
    List<RoundView> rounds = run(study(false), -1, folder);

    assertThat(rounds)
        .hasSize(2)
        .allMatch(round -> round.ending().orElseThrow() instanceof Finalised);
    assertThat(rounds.getFirst().nearDifference()).isEmpty();
    assertThat(rounds.getLast().nearDifference()).contains(1);
    List<String> told = notesWith("near difference: the set lacks [" + LOST + "] and has [] more");
    assertThat(told)
        .extracting(note -> note.substring(0, note.indexOf(':')))
        .contains(
            ToyConsortium.members(PEERS - 1).stream().map(MemberId::value).toArray(String[]::new));
    assertThat(notesWith("too near")).isEmpty();
  }

  @Test
  void a_strict_study_opens_no_sum_without_it_and_goes_on_when_it_is_back(@TempDir Path folder) {
    List<RoundView> rounds = run(study(true), 100_000, folder);

    List<RoundView> refused =
        rounds.stream()
            .filter(
                round ->
                    round.ending().orElseThrow() instanceof Abandoned abandoned
                        && abandoned.reason() == AbandonReason.NEAR_DIFFERENCE)
            .toList();
    assertThat(refused).isNotEmpty().allMatch(round -> round.released().isEmpty());
    assertThat(notesWith("too near to one whose sum was opened: without [" + LOST + "]"))
        .hasSizeGreaterThanOrEqualTo(PEERS - 1);
    List<RoundView> opened = rounds.stream().filter(round -> round.released().isPresent()).toList();
    assertThat(opened)
        .hasSize(2)
        .allMatch(round -> round.contributors().equals(ToyConsortium.members(PEERS)))
        .allMatch(round -> round.ending().orElseThrow() instanceof Finalised);
  }
}
