package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/**
 * Four hospitals; one is killed in the first of two rounds, at each step in its turn. Which one is
 * drawn anew at every run, and the case says it; the long run kills each at each step.
 */
@Execution(ExecutionMode.CONCURRENT)
class APeerIsKilledAtAStepTest {
  private static final int PEERS = 4;
  private static final long FOR_EVER = -1;
  private static final long SHORTER_THAN_ANY_DEADLINE = 2_000;

  private final Notes notes = new Notes();
  private final Study study = ToyConsortium.study(50, 2, 2, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);

  static Stream<Arguments> every_step_and_every_victim() {
    return RoundStep.of(Policy.OPEN).stream()
        .flatMap(
            step ->
                IntStream.range(0, PEERS)
                    .mapToObj(victim -> Arguments.of(step, ToyConsortium.member(victim))));
  }

  static Stream<Arguments> every_step_and_a_victim() {
    SplittableRandom fresh = new SplittableRandom();
    return RoundStep.of(Policy.OPEN).stream()
        .map(step -> Arguments.of(step, ToyConsortium.member(fresh.nextInt(PEERS))));
  }

  @ParameterizedTest(name = "{1} at {0}")
  @MethodSource("every_step_and_a_victim")
  void the_others_end_the_study_without_it_and_it_catches_up(
      RoundStep step, MemberId victim, @TempDir Path folder) {
    dies(step, victim, folder);
  }

  @Tag("long")
  @ParameterizedTest(name = "{1} at {0}")
  @MethodSource("every_step_and_every_victim")
  void the_others_end_the_study_without_any(RoundStep step, MemberId victim, @TempDir Path folder) {
    dies(step, victim, folder);
  }

  private void dies(RoundStep step, MemberId victim, Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 11);

    consortium.run(study.id(), kill(victim, step, FOR_EVER), notes);

    assertThat(consortium.standing()).hasSizeGreaterThanOrEqualTo(PEERS - 1);
    assertThat(rounds(consortium)).allSatisfy(APeerIsKilledAtAStepTest::isFinalised).hasSize(2);
    boolean isIn = step.compareTo(RoundStep.SEAL) >= 0;
    assertThat(contributors(consortium, 1).contains(victim)).isEqualTo(isIn);
    assertThat(contributors(consortium, 2)).doesNotContain(victim).hasSize(PEERS - 1);

    consortium.run(study.id(), FaultPlan.NONE, notes);

    assertAllEndAlike(consortium);
  }

  @ParameterizedTest(name = "{1} at {0}")
  @MethodSource("every_step_and_a_victim")
  void a_victim_that_is_back_in_time_goes_on_where_it_was(
      RoundStep step, MemberId victim, @TempDir Path folder) {
    isBack(step, victim, folder);
  }

  @Tag("long")
  @ParameterizedTest(name = "{1} at {0}")
  @MethodSource("every_step_and_every_victim")
  void any_victim_that_is_back_in_time_goes_on_where_it_was(
      RoundStep step, MemberId victim, @TempDir Path folder) {
    isBack(step, victim, folder);
  }

  private void isBack(RoundStep step, MemberId victim, Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 12);

    consortium.run(study.id(), kill(victim, step, SHORTER_THAN_ANY_DEADLINE), notes);

    assertThat(rounds(consortium)).allSatisfy(APeerIsKilledAtAStepTest::isFinalised).hasSize(2);
    assertThat(contributors(consortium, 1)).containsExactlyElementsOf(members);
    assertThat(contributors(consortium, 2)).containsExactlyElementsOf(members);
    assertThat(notes.sentences()).noneMatch(sentence -> sentence.contains("was refused"));
    assertAllEndAlike(consortium);
  }

  private FaultPlan kill(MemberId victim, RoundStep fatal, long restartMillis) {
    boolean[] done = new boolean[1];
    return (member, round, step) -> {
      if (done[0] || !member.equals(victim) || round.number() != 1 || step != fatal) {
        return Optional.empty();
      }
      done[0] = true;
      return Optional.of(new FaultPlan.Kill(restartMillis));
    };
  }

  private void assertAllEndAlike(SimulatedConsortium consortium) {
    assertThat(consortium.standing().keySet()).containsExactlyInAnyOrderElementsOf(members);
    assertThat(consortium.standing().values())
        .allSatisfy(
            models ->
                assertThat(models).containsEntry(2, ((Finalised) ending(consortium)).model()));
    assertThat(notes.sentences())
        .noneMatch(sentence -> sentence.contains(Refusal.ALREADY_SAID.sentence()));
    Ledgers.assertNothingIsSaidTwice(consortium);
    var _ = Ledgers.assertAudited(consortium, members);
  }

  private List<RoundView> rounds(SimulatedConsortium consortium) {
    return Ledgers.rounds(consortium, study.id());
  }

  private Object ending(SimulatedConsortium consortium) {
    return rounds(consortium).getLast().ending().orElseThrow();
  }

  private List<MemberId> contributors(SimulatedConsortium consortium, int round) {
    return rounds(consortium).get(round - 1).sealed().orElseThrow().contributors();
  }

  private static void isFinalised(RoundView round) {
    assertThat(round.ending()).containsInstanceOf(Finalised.class);
  }
}
