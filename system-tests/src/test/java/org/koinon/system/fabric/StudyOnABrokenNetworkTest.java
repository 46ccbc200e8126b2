package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.source.BlockFile;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.audit.verify.AuditReport;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.network.fabric.Consensus;
import org.koinon.network.study.StudyDefinition;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.ledger.fabric.BlockExport;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.site.StudyDraft;
import org.koinon.system.Ledgers;

/**
 * Four hospitals train on a network of Fabric's own programs that loses half of its orderers in the
 * middle of each round: once while pieces of updates are on their way, once while they train. What
 * each hospital's list of consents names is on no block.
 */
@Tag("fabric")
final class StudyOnABrokenNetworkTest {
  private static final List<MemberId> HOSPITALS =
      Stream.of("alpha", "beta", "gamma", "delta").map(MemberId::new).toList();
  private static final int ROUNDS = 2;
  private static final long LONGEST_NANOS = Duration.ofMinutes(9).toNanos();

  @TempDir private Path folder;
  private RealNetwork network;
  private TrainingConsortium consortium;
  private final long end = System.nanoTime() + LONGEST_NANOS;

  @BeforeEach
  void found() throws IOException {
    List<String> organisations = HOSPITALS.stream().map("{id: %s}"::formatted).toList();
    network = RealNetwork.start(folder.resolve("network"), Consensus.BFT, organisations.toString());
    consortium = TrainingConsortium.found(network, folder.resolve("consortium"));
  }

  @AfterEach
  void end() {
    if (consortium != null) {
      consortium.close();
    }
    if (network != null) {
      network.close();
    }
  }

  private static StudyDraft draft() {
    StudyDefinition definition =
        StudyDefinition.parse(
            """
            id: heart-without-orderers
            purpose: Show that orderers may fail; synthetic patients only.
            legal-basis: none needed, the data are synthetic
            schema: synthetic-heart.yaml
            standardise: none
            policy: private-sum
            weights: masked
            weight-cap: 1000
            minimum: 3
            replicas: 2
            rounds: %d
            rounds-max: %d
            model: {kind: logistic}
            training: {optimiser: sgd, learning-rate: 0.05, batch-size: 16, steps: 60, seed: 42}
            server: {rule: fed-avg}
            metrics: [accuracy]
            deadlines: {ready: 6m, exchange: 6m, attested: 6m}
            """
                .formatted(ROUNDS, ROUNDS),
            "study.yaml");
    return StudyDraft.training(definition, SyntheticCohort.schema(), 1, Optional.empty());
  }

  @Test
  void with_two_of_four_orderers_down_hospitals_train_and_exchange_and_go_on_when_they_are_back()
      throws IOException {
    StudyDraft draft = draft();
    assertThat(draft.study().privacy().policy()).isEqualTo(Policy.PRIVATE_SUM);
    PatternScan names = consents();
    consortium.adopt(draft);
    Meeting exchange = consortium.hold(1, RoundStep.EXCHANGE);
    Meeting training = consortium.hold(2, RoundStep.TRAIN);
    Meeting trained = consortium.pass(2, RoundStep.CONTRIBUTE);
    consortium.start(ROUNDS);

    consortium.await(exchange.all());
    assertThat(consortium.haveAllSentPieces()).isFalse();
    long before = consortium.size();
    kill("orderer-3", "orderer-4");
    exchange.end();
    do {
      assertThat(consortium.size()).as("read, and nothing is ordered").isEqualTo(before);
    } while (isAwaited(consortium.haveAllSentPieces()));
    network.up();

    consortium.await(training.all());
    before = consortium.size();
    kill("orderer-1", "orderer-2");
    training.end();
    consortium.await(trained.all());
    assertThat(consortium.size()).as("trained, and nothing is ordered").isEqualTo(before);
    network.up();

    assertOneModel(consortium.models());
    while (isAwaited(consortium.sizes().stream().distinct().count() == 1)) {
      assertThat(consortium.size()).isGreaterThan(before);
    }
    consortium.stop();
    assertRounds(draft);
    assertAudited();
    assertNoBlockHolds(names);
  }

  /** Every hospital has a list of consents: the names in it. */
  private PatternScan consents() throws IOException {
    PatternScan scan = new PatternScan();
    for (MemberId each : HOSPITALS) {
      List<String> names = consortium.listConsents(each);
      assertThat(names).hasSizeGreaterThan(100);
      names.forEach(name -> RowPatterns.addName(scan, name));
    }
    return scan;
  }

  private void assertNoBlockHolds(PatternScan names) throws IOException {
    try (Stream<Path> files = Files.walk(network.folder().resolve("nodes"))) {
      List<Path> blocks = files.filter(each -> each.endsWith("blockfile_000000")).toList();
      assertThat(blocks).as("of orderers and peers").hasSizeGreaterThanOrEqualTo(8);
      for (Path each : blocks) {
        byte[] content = Files.readAllBytes(each);
        assertThat(names.in(content)).as(each.toString()).isEmpty();
        if (each.toString().contains("peer.")) {
          assertThat(new String(content, StandardCharsets.ISO_8859_1)).contains("ConsentSnapshot");
        }
      }
    }
  }

  /** True while it has not happened; fails when that takes far too long. */
  private boolean isAwaited(boolean hasHappened) {
    assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
    return !hasHappened;
  }

  private void kill(String... orderers) {
    for (String each : orderers) {
      network.kill(each);
      assertThat(network.node(each).isRunning()).isFalse();
    }
  }

  private void assertOneModel(List<ModelId> models) throws IOException {
    assertThat(models).hasSize(HOSPITALS.size());
    assertThat(new HashSet<>(models)).hasSize(1);
    Path first = consortium.home(HOSPITALS.getFirst()).archive().modelPath(models.getFirst());
    for (MemberId each : HOSPITALS) {
      assertThat(consortium.home(each).archive().modelPath(models.getFirst()))
          .hasSameBinaryContentAs(first);
    }
  }

  /** Nobody was left out, and no round had to be tried again. */
  private void assertRounds(StudyDraft draft) {
    Path ledger = consortium.home(HOSPITALS.getFirst()).config().ledger().file();
    assertThat(Ledgers.rounds(ledger, draft.study().id()))
        .hasSize(ROUNDS)
        .allSatisfy(
            round -> {
              assertThat(round.ending()).containsInstanceOf(Finalised.class);
              assertThat(round.sealed().orElseThrow().contributors())
                  .containsExactlyInAnyOrderElementsOf(HOSPITALS);
            });
    Ledgers.assertNothingIsSaidTwice(ledger);
  }

  /** Every hospital's copy of the log is verified, and so are the channel's blocks. */
  private void assertAudited() throws IOException {
    List<NodeHome> homes = HOSPITALS.stream().map(consortium::home).toList();
    List<Path> checkpoints = homes.stream().map(NodeHome::checkpoint).toList();
    List<Path> archives = homes.stream().map(each -> each.config().archive().folder()).toList();
    Set<Object> roots = new HashSet<>();
    for (NodeHome each : homes) {
      roots.add(Ledgers.assertAudited(each.config().ledger().file(), checkpoints, archives).root());
    }
    assertThat(roots).hasSize(1);
    Path blocks = folder.resolve("audit.blocks");
    var fabric = network.config(HOSPITALS.getLast(), "federation");
    assertThat(BlockFile.write(blocks, taker -> BlockExport.read(fabric, taker))).isPositive();
    Path genesis = network.folder().resolve("genesis.block");
    assertThat(Files.exists(genesis)).isTrue();
    AuditReport ofBlocks =
        Audit.verify(
            new AuditRequest(blocks, checkpoints, archives)
                .with(ChannelRoot.of(genesis.toString(), "federation")));
    assertThat(ofBlocks.findings()).isEmpty();
    assertThat(ofBlocks.verdict()).isEqualTo(AuditReport.Verdict.VERIFIED);
    assertThat(roots).containsExactly(ofBlocks.root());
  }
}
