package org.koinon.peer.training;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.koinon.peer.dataset.DesignMatrix;

/** Made-up rows whose label follows a known rule, and a plain-Java trainer to compare with. */
public final class Samples {
  private Samples() {}

  /** Standard normal features; the label leans on their alternating sum. */
  public static DesignMatrix rows(int rows, int columns, long seed) {
    var random = new SplittableRandom(seed);
    double[][] values = new double[rows][columns];
    boolean[] labels = new boolean[rows];
    for (int r = 0; r < rows; r++) {
      double z = 0;
      for (int c = 0; c < columns; c++) {
        values[r][c] = random.nextGaussian();
        z += (c % 2 == 0 ? 1.5 : -1.5) * values[r][c];
      }
      labels[r] = random.nextDouble() < 1 / (1 + Math.exp(-z));
    }
    return DesignMatrix.of(names(columns), values, labels);
  }

  static List<String> names(int columns) {
    return IntStream.range(0, columns).mapToObj(i -> "f" + i).toList();
  }

  /** Some rows of a matrix. */
  static DesignMatrix select(DesignMatrix rows, int[] chosen) {
    double[][] values = new double[chosen.length][rows.columns()];
    boolean[] labels = new boolean[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      for (int c = 0; c < rows.columns(); c++) {
        values[i][c] = rows.value(chosen[i], c);
      }
      labels[i] = rows.positive(chosen[i]);
    }
    return DesignMatrix.of(rows.names(), values, labels);
  }

  /** What a trainer should do, in double and plain Java. */
  public static double[] expected(
      ParameterSet base, DesignMatrix rows, TrainingPlan plan, long updates) {
    var order = new BatchOrder(rows.rows(), plan.batchSize(), plan.seed());
    double[] w = new double[base.size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = base.at(i);
    }
    double[] m = new double[w.length];
    double[] v = new double[w.length];
    for (int t = 1; t <= updates; t++) {
      double[] g =
          FullBatchGradient.of(
                  plan.architecture(), narrow(base, w), select(rows, order.batch(t - 1)))
              .values();
      for (int i = 0; i < w.length; i++) {
        double d = g[i] + plan.penalty().l2() * w[i] + plan.penalty().mu() * (w[i] - base.at(i));
        double rate = plan.optimiser().learningRate();
        switch (plan.optimiser()) {
          case LocalOptimiser.Sgd sgd -> w[i] -= rate * d;
          case LocalOptimiser.Adam adam -> {
            m[i] = 0.9 * m[i] + 0.1 * d;
            v[i] = 0.999 * v[i] + 0.001 * d * d;
            double mean = m[i] / (1 - Math.pow(0.9, t));
            double spread = v[i] / (1 - Math.pow(0.999, t));
            w[i] -= rate * mean / (Math.sqrt(spread) + 1e-8);
          }
        }
      }
    }
    return w;
  }

  private static ParameterSet narrow(ParameterSet base, double[] w) {
    float[] values = new float[w.length];
    for (int i = 0; i < w.length; i++) {
      values[i] = (float) w[i];
    }
    return ParameterSet.of(base.shapes(), values);
  }
}
