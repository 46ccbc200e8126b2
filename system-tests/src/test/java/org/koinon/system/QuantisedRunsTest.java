package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.FixedPoint;
import org.koinon.aggregation.optimiser.NormLimit;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.AdaptiveClip;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Rounding;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.testkit.Seeded;

/**
 * Private sums by nodes in words of 16 bits: values of 8, rounded by chance, under a norm limit
 * that is learned. The first attempt fails, and its retry must not round anew.
 */
class QuantisedRunsTest {
  private static final int PEERS = 5;
  private static final int NUMBERS = 400;
  private static final int ROWS_MAX = 128;

  /** About half of the toy sites' updates of so many numbers are longer. */
  private static final AdaptiveClip CLIP =
      new AdaptiveClip(new Decimal("0.5"), new Decimal("0.2"), new Decimal("1.155"));

  private static final TensorSpec TENSOR =
      new TensorSpec(
          "weight", List.of(1, NUMBERS), new Decimal("0.248"), new Decimal("0"), 9); // +-127
  private static final VectorSpec VECTOR =
      new VectorSpec(
          List.of(TENSOR), List.of(VectorSpec.WITHIN_LIMIT), 16, 40, Rounding.STOCHASTIC);

  private static Study study() {
    Study plain = ToyConsortium.maskedStudy(NUMBERS, 2, 2, ServerOptimiser.fedAvg());
    return new Study(
        plain.id(),
        plain.version(),
        plain.kind(),
        plain.purpose(),
        plain.legalBasis(),
        new Study.Privacy(Policy.PRIVATE_SUM, WeightMode.MASKED, ROWS_MAX, 3, 2),
        VECTOR,
        plain.training(),
        plain.server(),
        plain.schema(),
        plain.code(),
        ToyConsortium.initialModel(VECTOR).id(),
        plain.statistics(),
        plain.rounds(),
        plain.roundsMax(),
        plain.acceptance(),
        plain.deadlines(),
        null,
        CLIP);
  }

  /** They have committed, and are away until too few are left for a sum. */
  private static FaultPlan twoAreAwayOnce() {
    Set<MemberId> away = new HashSet<>();
    return (member, round, step) ->
        round.number() == 1
                && step == RoundStep.EXCHANGE
                && ToyConsortium.members(PEERS).indexOf(member) >= 3
                && away.add(member)
            ? Optional.of(new FaultPlan.Kill(60_000))
            : Optional.empty();
  }

  @Seeded(cases = 2)
  void a_retry_shows_the_same_integers_and_the_mean_deviates_as_stated(
      long seed, @TempDir Path folder, TestReporter reporter) {
    Study study = study();
    SimulatedConsortium consortium = ToyConsortium.of(PEERS, study, folder, seed);

    consortium.run(study.id(), twoAreAwayOnce(), new Notes());

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds)
        .extracting(round -> round.ending().orElseThrow().type())
        .containsExactly("Abandoned", "Finalised", "Finalised");
    assertThat(updates(rounds.get(0))).hasSize(PEERS).isEqualTo(updates(rounds.get(1)));
    assertThat(updates(rounds.get(2)).values())
        .doesNotContainAnyElementsOf(updates(rounds.get(1)).values());
    var _ = Ledgers.assertAudited(consortium, ToyConsortium.members(PEERS));

    double limit = CLIP.initial().toDouble();
    int within = within(study, 1, limit);
    assertThat(within).isBetween(1, PEERS - 1);
    double next = NormLimit.next(CLIP, limit, within, PEERS);
    double[] errors = new double[2 * NUMBERS];
    RoundArchive archive =
        new RoundArchive(consortium.folder(ToyConsortium.member(0)).resolve("archive"));
    double[] first = change(archive, rounds.get(1));
    double[] firstExact = exact(study, 1, limit);
    double[] second = change(archive, rounds.get(2));
    double[] secondExact = exact(study, 3, next);
    for (int i = 0; i < NUMBERS; i++) {
      errors[i] = first[i] - firstExact[i];
      errors[NUMBERS + i] = second[i] - secondExact[i];
    }
    assertDeviates(errors, reporter);
  }

  private static void assertDeviates(double[] errors, TestReporter reporter) {
    double weight = IntStream.range(0, PEERS).mapToDouble(QuantisedRunsTest::weight).sum();
    double bound = FixedPoint.errorBound(VECTOR, TENSOR, PEERS, weight);
    double deviation = FixedPoint.stochasticDeviation(TENSOR, PEERS, weight);
    double squares = 0;
    double sum = 0;
    double largest = 0;
    for (double error : errors) {
      squares += error * error;
      sum += error;
      largest = Math.max(largest, Math.abs(error));
    }
    double found = Math.sqrt(squares / errors.length);
    double bias = sum / errors.length;
    reporter.publishEntry(
        "mean",
        String.format(
            Locale.ROOT,
            "| %.2e | %.2e | %.2e | %.2e | %.2e |",
            found,
            deviation,
            largest,
            bound,
            bias));
    assertThat(largest).isLessThan(bound + 1e-7); // models are floats
    // sqrt(2/3) of the largest deviation, on average over numbers; rounded to nearest, sqrt(1/3).
    assertThat(found / deviation).isBetween(0.68, 1.0);
    assertThat(Math.abs(bias)).isLessThan(5 * deviation / Math.sqrt(errors.length));
  }

  private static Map<MemberId, Digest> updates(RoundView round) {
    Map<MemberId, Digest> updates = new HashMap<>();
    round.ready().forEach((member, ready) -> updates.put(member, ready.update()));
    return updates;
  }

  private static double weight(int site) {
    return (100.0 + site) / ROWS_MAX;
  }

  /** What the round changed in the model. */
  private static double[] change(RoundArchive archive, RoundView round) {
    double[] after = numbers(archive, ((Finalised) round.ending().orElseThrow()).model());
    double[] before = numbers(archive, round.opened().baseModel());
    for (int i = 0; i < NUMBERS; i++) {
      after[i] -= before[i];
    }
    return after;
  }

  private static double[] numbers(RoundArchive archive, ModelId model) {
    return archive.model(model).orElseThrow().parameters(VECTOR).toArray();
  }

  private static double norm(double[] numbers) {
    double squares = 0;
    for (double number : numbers) {
      squares += number * number;
    }
    return Math.sqrt(squares);
  }

  private static double[] trained(Study study, int site, int round) {
    return new ToySite(site).update(study, round).change().toArray();
  }

  private static int within(Study study, int round, double limit) {
    return (int)
        IntStream.range(0, PEERS)
            .filter(site -> norm(trained(study, site, round)) <= limit)
            .count();
  }

  /** The weighted mean of the clipped updates, in doubles. */
  private static double[] exact(Study study, int round, double limit) {
    double[] mean = new double[NUMBERS];
    double weights = 0;
    for (int site = 0; site < PEERS; site++) {
      double[] update = trained(study, site, round);
      double scale = Math.min(1, limit / norm(update));
      weights += weight(site);
      for (int i = 0; i < NUMBERS; i++) {
        mean[i] += weight(site) * update[i] * scale;
      }
    }
    for (int i = 0; i < NUMBERS; i++) {
      mean[i] /= weights;
    }
    return mean;
  }
}
