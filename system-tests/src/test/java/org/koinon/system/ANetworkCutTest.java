package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.Deadlines;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** Nothing passes between one hospital and the others for six minutes. */
class ANetworkCutTest {
  private static final int PEERS = 5;
  private static final long CUT_MILLIS = TimeUnit.MINUTES.toMillis(6);

  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final MemberId cut = ToyConsortium.member(4);

  @Test
  void does_not_end_the_study_and_the_peer_catches_up(@TempDir Path folder) {
    run(ToyConsortium.study(50, 30, 2, ServerOptimiser.fedAvg()), folder);
  }

  /** Who can neither send nor hear keys is out while it lasts; each round waits half a deadline. */
  @Test
  void does_not_end_a_private_sum_and_the_peer_is_in_again(@TempDir Path folder) {
    Deadlines patient = new Deadlines(120_000, 120_000, 120_000);
    run(ToyConsortium.maskedStudy(50, 12, 2, ServerOptimiser.fedAvg(), patient), folder);
  }

  private void run(Study study, Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 71);

    consortium.run(study.id(), inRoundTwo(), new Notes());

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds)
        .hasSize(study.rounds())
        .allSatisfy(round -> assertThat(round.ending()).containsInstanceOf(Finalised.class));
    assertThat(contributors(rounds.get(0))).contains(cut);
    assertThat(contributors(rounds.get(1))).doesNotContain(cut);
    assertThat(contributors(rounds.getLast())).contains(cut);
    assertThat(consortium.standing().keySet()).containsExactlyInAnyOrderElementsOf(members);
    assertThat(consortium.standing().values())
        .allSatisfy(
            models ->
                assertThat(models)
                    .containsEntry(
                        study.rounds(),
                        ((Finalised) rounds.getLast().ending().orElseThrow()).model()));
    Ledgers.assertNothingIsSaidTwice(consortium);
    var _ = Ledgers.assertAudited(consortium, members);
  }

  private FaultPlan inRoundTwo() {
    return (member, round, step) ->
        member.equals(cut) && round.number() == 2 && step == RoundStep.TRAIN
            ? Optional.of(new FaultPlan.Cut(CUT_MILLIS))
            : Optional.empty();
  }

  private static List<MemberId> contributors(RoundView round) {
    return round.sealed().orElseThrow().contributors();
  }
}
