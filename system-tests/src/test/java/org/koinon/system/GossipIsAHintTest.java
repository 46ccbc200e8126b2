package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

class GossipIsAHintTest {
  private static final int PEERS = 5;
  private static final int ROUNDS = 2;

  private final Study study = ToyConsortium.study(50, ROUNDS, 2, ServerOptimiser.fedAvg());

  private record Run(
      Map<MemberId, SortedMap<Integer, ModelId>> models, long entries, long endMillis) {}

  @Test
  void losing_all_of_it_costs_time_and_changes_no_model(@TempDir Path folder) {
    Run heard = run(folder.resolve("heard"), 0);
    Run lost = run(folder.resolve("lost"), 1);

    assertThat(heard.models()).hasSize(PEERS);
    assertThat(lost.models()).isEqualTo(heard.models());
    assertThat(lost.entries()).isEqualTo(heard.entries());
    assertThat(lost.endMillis()).isGreaterThan(heard.endMillis());
  }

  private Run run(Path folder, double loss) {
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, 61);
    consortium.network().loseGossip(loss, 61);

    long endMillis = consortium.run(study.id(), FaultPlan.NONE, new Notes());

    var _ = Ledgers.assertAudited(consortium, ToyConsortium.members(PEERS));
    return new Run(consortium.standing(), Ledgers.read(consortium, VerifiedLog::size), endMillis);
  }
}
