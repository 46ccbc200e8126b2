package org.koinon.peer.training;

import java.util.ArrayList;
import java.util.List;
import org.koinon.peer.dataset.DesignMatrix;

/**
 * Loss and gradient of the mean cross-entropy over all rows, in double, plain Java, one order: the
 * step of FedSGD, and the yardstick for every other trainer.
 */
public final class FullBatchGradient {
  private final double[] values;
  private final double loss;

  private FullBatchGradient(double[] values, double loss) {
    this.values = values;
    this.loss = loss;
  }

  /** The gradient, flat, in the order of {@link ParameterSet#values()}. */
  public double[] values() {
    return values.clone();
  }

  /** Mean cross-entropy at these parameters. */
  public double loss() {
    return loss;
  }

  /** At the given parameters. */
  public static FullBatchGradient of(
      Architecture architecture, ParameterSet parameters, DesignMatrix rows) {
    if (rows.rows() == 0) {
      throw new IllegalArgumentException("A gradient needs at least one row");
    }
    Model model = Model.of(architecture, parameters);
    double[] sum = new double[parameters.size()];
    double loss = 0;
    for (int r = 0; r < rows.rows(); r++) {
      double[] features = new double[rows.columns()];
      for (int c = 0; c < features.length; c++) {
        features[c] = rows.value(r, c);
      }
      loss += add(model.layers(), features, rows.positive(r) ? 1 : 0, sum);
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= rows.rows();
    }
    return new FullBatchGradient(sum, loss / rows.rows());
  }

  /** Back-propagates one row into {@code sum}; answers its loss. */
  private static double add(
      List<Model.Layer> layers, double[] features, double label, double[] sum) {
    List<double[]> signals = new ArrayList<>(List.of(features));
    for (int i = 0; i < layers.size(); i++) {
      double[] signal = layers.get(i).forward(signals.get(i));
      if (i + 1 < layers.size()) {
        Model.rectify(signal);
      }
      signals.add(signal);
    }
    double z = signals.getLast()[0];
    double[] error = {Model.sigmoid(z) - label};
    int end = sum.length;
    for (int i = layers.size() - 1; i >= 0; i--) {
      Model.Layer layer = layers.get(i);
      double[] input = signals.get(i);
      int from = end - layer.bias.length - layer.weights.length;
      accumulate(error, input, sum, from);
      error = back(layer, error, input);
      end = from;
    }
    return Math.max(z, 0) - z * label + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
  }

  private static void accumulate(double[] error, double[] input, double[] sum, int from) {
    for (int o = 0; o < error.length; o++) {
      for (int i = 0; i < input.length; i++) {
        sum[from + o * input.length + i] += error[o] * input[i];
      }
      sum[from + error.length * input.length + o] += error[o];
    }
  }

  /** The error at a layer's input, which a ReLU let through where it was positive. */
  private static double[] back(Model.Layer layer, double[] error, double[] input) {
    double[] before = new double[input.length];
    for (int i = 0; i < input.length; i++) {
      for (int o = 0; o < error.length; o++) {
        before[i] += layer.weights[o * input.length + i] * error[o];
      }
      before[i] = input[i] > 0 ? before[i] : 0;
    }
    return before;
  }
}
