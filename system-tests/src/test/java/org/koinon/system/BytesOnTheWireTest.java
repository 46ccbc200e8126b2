package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.gossip.Traffic;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** What peers send in an undisturbed round of a model of a million numbers. */
class BytesOnTheWireTest {
  private static final int NUMBERS = 1_000_000;
  private static final double SHARE_ABOVE_FORMULA = 0.05;
  private static final double PEER_ABOVE_MEAN = 1.2;

  /** Key or ciphertext, shares, path and signatures between two members, each way; measured. */
  private static final int MESSAGE_BYTES = 3500;

  /** The table of seeds. */
  private static final int MESSAGE_BYTES_PER_MEMBER = 50;

  /** Requests, headers and acknowledgements. */
  private static final double ENVELOPE_SHARE = 0.01;

  @ParameterizedTest(name = "N = {0}, r = {1}")
  @CsvSource({"4, 1", "4, 2", "8, 1", "8, 2"})
  void a_peer_sends_what_the_formula_says(
      int peers, int replicas, @TempDir Path folder, TestReporter reporter) {
    measure(peers, replicas, folder, reporter);
  }

  @Tag("long")
  @ParameterizedTest(name = "N = 16, r = {0}")
  @ValueSource(ints = {1, 2})
  void so_it_does_among_sixteen(int replicas, @TempDir Path folder, TestReporter reporter) {
    measure(16, replicas, folder, reporter);
  }

  private static void measure(int peers, int replicas, Path folder, TestReporter reporter) {
    Study study = ToyConsortium.study(NUMBERS, 1, replicas, ServerOptimiser.fedAvg());
    SimulatedConsortium consortium = ToyConsortium.of(peers, study, folder, 31);

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    Collection<Traffic> sent = consortium.traffic().values();
    double mean = sent.stream().mapToLong(BytesOnTheWireTest::payload).average().orElseThrow();
    long most = sent.stream().mapToLong(BytesOnTheWireTest::payload).max().orElseThrow();
    double envelope = sent.stream().mapToLong(Traffic::envelopeBytes).average().orElseThrow();
    double formula =
        org.koinon.aggregation.Traffic.meanBytesPerPeer(study.vector(), peers, replicas);
    double optimum = org.koinon.aggregation.Traffic.optimumBytesPerPeer(study.vector(), peers);
    assertThat(sent).hasSize(peers).allMatch(one -> one.modelBytes() == 0);
    assertThat(mean).isCloseTo(formula, within(SHARE_ABOVE_FORMULA * formula));
    assertThat((double) most).isLessThanOrEqualTo(PEER_ABOVE_MEAN * mean);
    var _ = Ledgers.assertAudited(consortium, ToyConsortium.members(peers));
    reporter.publishEntry(
        "table",
        "| %d | %d | %.0f | %.0f | %.4f | %.3f | %.3f | %.0f |"
            .formatted(
                peers,
                replicas,
                formula,
                mean,
                mean / formula,
                most / mean,
                mean / optimum,
                envelope));
  }

  /**
   * Total bytes are those of the pieces and sums, of the shard that is computed anew by lot, and of
   * messages that grow with N alone.
   */
  @ParameterizedTest(name = "N = {0}")
  @ValueSource(ints = {5, 10})
  void a_private_sum_adds_messages_that_do_not_grow_with_the_model(
      int peers, @TempDir Path folder, TestReporter reporter) {
    measureMasked(peers, folder, reporter);
  }

  @Tag("long")
  @ParameterizedTest(name = "N = {0}")
  @ValueSource(ints = {20, 100})
  void so_it_does_among_a_hundred(int peers, @TempDir Path folder, TestReporter reporter) {
    measureMasked(peers, folder, reporter);
  }

  private static void measureMasked(int peers, Path folder, TestReporter reporter) {
    Study study = ToyConsortium.maskedStudy(NUMBERS, 1, 2, ServerOptimiser.fedAvg());
    SimulatedConsortium consortium = ToyConsortium.of(peers, study, folder, 31);

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    Collection<Traffic> sent = consortium.traffic().values();
    long most = sent.stream().mapToLong(BytesOnTheWireTest::payload).max().orElseThrow();
    double bulk = sent.stream().mapToLong(BytesOnTheWireTest::payload).average().orElseThrow();
    double messages = sent.stream().mapToLong(Traffic::messageBytes).average().orElseThrow();
    double total = sent.stream().mapToLong(Traffic::totalBytes).average().orElseThrow();
    double formula = org.koinon.aggregation.Traffic.meanBytesPerPeer(study.vector(), peers, 2);
    // One member, drawn by lot, fetches the pieces of one shard from all others.
    double drawn = (double) NUMBERS * Integer.BYTES / peers * (peers - 1) / peers;
    assertThat(sent).hasSize(peers).allMatch(one -> one.modelBytes() == 0);
    assertThat(bulk).isCloseTo(formula + drawn, within(SHARE_ABOVE_FORMULA * formula));
    assertThat((double) most).isLessThanOrEqualTo(PEER_ABOVE_MEAN * bulk);
    assertThat(total).isCloseTo(bulk + messages, within(ENVELOPE_SHARE * bulk));
    assertThat(messages).isLessThan(peers * (MESSAGE_BYTES + MESSAGE_BYTES_PER_MEMBER * peers));
    reporter.publishEntry(
        "table",
        "| %d | %.0f | %.0f | %.4f | %.0f | %.0f | %.4f |"
            .formatted(peers, formula, bulk, bulk / formula, messages, total, total / formula));
  }

  private static long payload(Traffic traffic) {
    return traffic.contributionBytes() + traffic.sumBytes();
  }
}
