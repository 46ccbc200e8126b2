package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

class TheSameSeedTest {
  private static final int PEERS = 5;

  private record Run(Digest root, Map<Integer, ModelId> models) {}

  @Test
  void makes_the_same_ledger_and_another_seed_another(@TempDir Path folder) {
    Run first = run(folder.resolve("first"), 21);

    assertThat(run(folder.resolve("second"), 21)).isEqualTo(first);

    Run other = run(folder.resolve("other"), 22);
    assertThat(other.root()).isNotEqualTo(first.root());
    assertThat(other.models()).isEqualTo(first.models());
  }

  /** With a kill and lost gossip, so that there is something for a seed to decide. */
  private static Run run(Path folder, long seed) {
    Study study = ToyConsortium.study(50, 2, 2, ServerOptimiser.fedAvg());
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, seed);
    consortium.network().loseGossip(0.5, seed);
    FaultPlan kill =
        (member, round, step) ->
            member.equals(ToyConsortium.member(3))
                    && round.number() == 1
                    && step == RoundStep.AGGREGATE
                    && consortium.standing().isEmpty()
                ? Optional.of(new FaultPlan.Kill(60_000))
                : Optional.empty();
    boolean[] done = new boolean[1];
    FaultPlan once =
        (member, round, step) -> {
          var fault = done[0] ? Optional.<FaultPlan.Fault>empty() : kill.at(member, round, step);
          done[0] |= fault.isPresent();
          return fault;
        };
    consortium.run(study.id(), once, new Notes());
    var _ = Ledgers.assertAudited(consortium, ToyConsortium.members(PEERS));
    Map<Integer, ModelId> models =
        List.copyOf(consortium.standing().values()).stream()
            .filter(standing -> standing.size() == 2)
            .findFirst()
            .orElseThrow();
    return new Run(Ledgers.read(consortium, VerifiedLog::root), models);
  }
}
