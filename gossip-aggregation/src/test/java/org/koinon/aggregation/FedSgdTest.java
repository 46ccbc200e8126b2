package org.koinon.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.koinon.aggregation.model.OptimiserState;
import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.model.RealVector;
import org.koinon.aggregation.optimiser.ServerStep;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.testkit.Seeded;

/**
 * One full-batch gradient step of every hospital, encoded, cut, summed and decoded, is the step of
 * gradient descent on all rows in one place, within {@link FixedPoint#errorBound}.
 */
class FedSgdTest {
  private static final int FEATURES = 12;
  private static final int CAP = 500;
  private static final double RATE = 0.5;

  private final TensorSpec weights = Studies.tensor("weights", FEATURES, "4", "0", 22);
  private final TensorSpec bias = Studies.tensor("bias", 1, "4", "0", 22);
  private final VectorSpec spec = Studies.spec(32, weights, bias);

  /** Rows of a made-up hospital: features, then the label. */
  private record Rows(List<RealVector> rows) {
    static Rows random(Random random, int count) {
      double shift = random.nextGaussian();
      List<RealVector> rows = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        double[] row = new double[FEATURES + 1];
        double score = 0;
        for (int f = 0; f < FEATURES; f++) {
          row[f] = random.nextGaussian() + 0.3 * shift;
          score += row[f] * (f % 3 - 1);
        }
        row[FEATURES] = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
        rows.add(RealVector.of(row));
      }
      return new Rows(rows);
    }

    /** -η times the gradient of the mean log loss of logistic regression. */
    double[] step(Parameters theta) {
      double[] gradient = new double[FEATURES + 1];
      for (RealVector one : rows) {
        double[] row = one.toArray();
        double score = theta.at(FEATURES);
        for (int f = 0; f < FEATURES; f++) {
          score += theta.at(f) * row[f];
        }
        double error = 1 / (1 + Math.exp(-score)) - row[FEATURES];
        for (int f = 0; f < FEATURES; f++) {
          gradient[f] += error * row[f];
        }
        gradient[FEATURES] += error;
      }
      for (int f = 0; f <= FEATURES; f++) {
        gradient[f] *= -RATE / rows.size();
      }
      return gradient;
    }
  }

  @Seeded(cases = 25)
  void a_round_of_full_batch_steps_equals_central_gradient_descent(long seed) {
    Random random = new Random(seed);
    ShardLayout layout = Studies.layout(spec, 3 + random.nextInt(10), 2);
    List<Rows> hospitals = new ArrayList<>();
    List<RealVector> pool = new ArrayList<>();
    for (int i = 0; i < layout.shards(); i++) {
      hospitals.add(Rows.random(random, 20 + random.nextInt(CAP - 19)));
      pool.addAll(hospitals.getLast().rows());
    }
    ServerStep.Base base =
        new ServerStep.Base(
            Parameters.zeros(spec), OptimiserState.initial(ServerRule.FED_AVG, spec));
    for (int round = 0; round < 3; round++) {
      Decoded.Mean mean = round(layout, hospitals, base.parameters());
      double[] central = new Rows(pool).step(base.parameters());
      double[] federated = mean.update().toArray();
      double bound = FixedPoint.errorBound(spec, weights, layout.shards(), mean.weight());
      for (int i = 0; i < central.length; i++) {
        assertThat(Math.abs(federated[i] - central[i])).isLessThanOrEqualTo(bound);
      }
      ServerStep next = ServerStep.of(spec, ServerOptimiser.fedAvg(), base, mean.update());
      for (int i = 0; i < central.length; i++) {
        double expected = base.parameters().at(i) + central[i];
        assertThat(Math.abs(next.parameters().at(i) - expected))
            .isLessThanOrEqualTo(bound + Math.ulp((float) expected));
      }
      base = new ServerStep.Base(next.parameters(), next.state());
    }
    assertThat(bound(layout)).isLessThan(1e-4);
  }

  private double bound(ShardLayout layout) {
    return FixedPoint.errorBound(spec, bias, layout.shards(), 0.04 * layout.shards());
  }

  private Decoded.Mean round(ShardLayout layout, List<Rows> hospitals, Parameters theta) {
    List<Contribution> contributions = new ArrayList<>();
    for (int i = 0; i < hospitals.size(); i++) {
      Rows rows = hospitals.get(i);
      Weight weight = Weight.of(WeightMode.MASKED, rows.rows().size(), CAP);
      Blocks blocks =
          FixedPoint.encode(spec, weight, RealVector.of(rows.step(theta)), List.of(0.5, 0.5));
      contributions.add(
          Contribution.cut(
              layout, layout.map().line().get(i), blocks, Studies.salt(new Random(i))));
    }
    Blocks sum = Aggregation.join(layout, Studies.sums(layout, contributions));
    return switch (Aggregation.decode(spec, sum, hospitals.size(), 3)) {
      case Decoded.Mean mean -> mean;
      case Decoded.OutOfRange out -> throw new AssertionError(out);
    };
  }
}
