package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.round.RoundStep;

/**
 * Four processes on one ledger file, ten rounds; one of them ends on the spot at step k of round k,
 * ten times, and is started again.
 */
@Tag("processes")
class AProcessIsKilledTest {
  private static final int PEERS = 4;
  private static final int ROUNDS = RoundStep.values().length;

  private final Study study = ToyConsortium.study(1000, ROUNDS, 2, ServerOptimiser.fedAvg());

  @ParameterizedTest(name = "hospital-0{0}")
  @ValueSource(ints = {0, 1, 2, 3})
  @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a hang is a failure
  void ten_times_and_ends_with_the_same_model(int victim, @TempDir Path folder)
      throws IOException, InterruptedException {
    try (ProcessConsortium consortium = new ProcessConsortium(PEERS, folder)) {
      consortium.adopt(study, ToyConsortium.initialModel(study.vector()).file());

      List<ProcessConsortium.Node> nodes = runWithKills(consortium, victim);

      String end = "over " + ROUNDS + " ";
      List<String> ends = new ArrayList<>();
      for (ProcessConsortium.Node node : nodes) {
        ends.add(node.await(end));
      }
      assertThat(ends).hasSize(PEERS);
      assertThat(ends.stream().distinct()).hasSize(1);
      for (ProcessConsortium.Node node : nodes) {
        assertThat(node.stop()).isZero();
      }
      assertAudited(consortium);
    }
  }

  private static List<ProcessConsortium.Node> runWithKills(ProcessConsortium consortium, int victim)
      throws IOException, InterruptedException {
    List<ProcessConsortium.Node> nodes = new ArrayList<>();
    for (int peer = 0; peer < PEERS; peer++) {
      if (peer != victim) {
        nodes.add(consortium.start(peer, ToyNode.NOWHERE));
      }
    }
    int round = 1;
    for (RoundStep step : RoundStep.values()) {
      ProcessConsortium.Node doomed = consortium.start(victim, round++ + "/" + step);
      assertThat(doomed.exit()).isEqualTo(ToyNode.KILLED);
    }
    nodes.add(consortium.start(victim, ToyNode.NOWHERE));
    return nodes;
  }

  private void assertAudited(ProcessConsortium consortium) {
    Path ledger = consortium.ledgerFile();
    assertThat(Ledgers.rounds(ledger, study.id()))
        .hasSize(ROUNDS)
        .allSatisfy(round -> assertThat(round.ending()).containsInstanceOf(Finalised.class));
    Ledgers.assertNothingIsSaidTwice(ledger);
    List<NodeHome> homes = IntStream.range(0, PEERS).mapToObj(consortium::home).toList();
    var _ =
        Ledgers.assertAudited(
            ledger,
            homes.stream().map(NodeHome::checkpoint).toList(),
            homes.stream().map(home -> home.config().archive().folder()).toList());
  }
}
