package org.koinon.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.cli.NodeEventJson;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.network.study.StudyDefinition;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.site.StudyDraft;
import tools.jackson.databind.JsonNode;

/**
 * Five hospitals, each the packed program in a container of its own, on a network of the engine,
 * train under a private sum. One is taken off the network and put back, one is killed and started
 * again.
 */
@Tag("containers")
class PeersInContainersTest {
  private static final int PEERS = 5;
  private static final int ROUNDS = 8;

  @Test
  @Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a hang is a failure
  void a_cut_and_a_kill_delay_a_study_and_change_nothing(@TempDir Path folder)
      throws IOException, InterruptedException {
    var _ = Engine.require();
    StudyDraft draft = draft();
    Study study = draft.study();
    assertThat(study.privacy().policy()).isEqualTo(Policy.PRIVATE_SUM);
    ContainerConsortium consortium = ContainerConsortium.found(PEERS, folder);
    consortium.adopt(draft);
    try (RunningConsortium running = RunningConsortium.start(consortium, folder)) {
      NodeContainer first = running.node(0);
      NodeContainer killed = running.node(3);
      NodeContainer cut = running.node(4);

      var _ = cut.awaitFinal(study.id(), 1);
      cut.disconnect();
      assertThat(cut.networks()).isZero();
      // The next round may have begun before the cut; the one after it has not.
      int without = first.awaitFinal(study.id(), first.latest() + 2);
      assertThat(cut.isRunning()).isTrue();
      cut.connect();
      var _ = first.awaitFinal(study.id(), without + 1);
      killed.kill();
      assertThat(killed.isRunning()).isFalse();
      running.startAgain(3);

      assertOneModel(consortium, running, study);
      running.end();
    }
    assertRounds(consortium, study);
    consortium.assertAudited();
  }

  private static StudyDraft draft() {
    StudyDefinition definition =
        StudyDefinition.parse(
            """
            id: heart-in-containers
            purpose: Show that containers may fail; synthetic patients only.
            legal-basis: none needed, the data are synthetic
            schema: synthetic-heart.yaml
            standardise: none
            policy: private-sum
            weights: masked
            weight-cap: 1000
            minimum: 4
            replicas: 2
            rounds: %d
            rounds-max: %d
            model: {kind: logistic}
            training: {optimiser: sgd, learning-rate: 0.05, batch-size: 16, steps: 60, seed: 42}
            server: {rule: fed-avg}
            metrics: [accuracy]
            deadlines: {ready: 60s, exchange: 15s, attested: 15s}
            """
                .formatted(ROUNDS, 3 * ROUNDS),
            "study.yaml");
    return StudyDraft.training(definition, SyntheticCohort.schema(), 1, java.util.Optional.empty());
  }

  private static void assertOneModel(
      ContainerConsortium consortium, RunningConsortium running, Study study) throws IOException {
    Set<ModelId> models = new TreeSet<>(java.util.Comparator.comparing(ModelId::hex));
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < PEERS; i++) {
      JsonNode done = running.node(i).awaitDone(study.id());
      ModelId model = NodeEventJson.model(done);
      models.add(model);
      files.add(Files.readAllBytes(consortium.home(i).archive().modelPath(model)));
    }
    assertThat(models).hasSize(1);
    assertThat(files).allSatisfy(bytes -> assertThat(bytes).isEqualTo(files.getFirst()));
  }

  private static void assertRounds(ContainerConsortium consortium, Study study) {
    List<RoundView> ended =
        consortium.rounds(study.id()).stream()
            .filter(round -> round.ending().filter(Finalised.class::isInstance).isPresent())
            .toList();
    assertThat(ended).hasSize(ROUNDS);
    MemberId cut = consortium.members().get(4);
    List<List<MemberId>> sets =
        ended.stream().map(round -> round.sealed().orElseThrow().contributors()).toList();
    List<Boolean> isIn = sets.stream().map(set -> set.contains(cut)).toList();
    assertThat(isIn).as("went on without it").contains(false);
    assertThat(isIn.subList(isIn.indexOf(false), ROUNDS)).as("is back").contains(true);
  }
}
