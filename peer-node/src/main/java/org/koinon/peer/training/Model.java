package org.koinon.peer.training;

import java.util.ArrayList;
import java.util.List;
import org.koinon.peer.dataset.DesignMatrix;

/**
 * A trained model for prediction in plain Java: no PyTorch, and the same bits on every machine
 * (double arithmetic in one order, StrictMath).
 */
public final class Model {
  private final List<Layer> layers;
  private final int inputs;

  private Model(List<Layer> layers, int inputs) {
    this.layers = layers;
    this.inputs = inputs;
  }

  /** Puts parameters into their form; refuses parameters of another form. */
  public static Model of(Architecture architecture, ParameterSet parameters) {
    List<TensorShape> shapes = parameters.shapes();
    int inputs =
        shapes.isEmpty() || shapes.getFirst().dimensions().size() != 2
            ? 0
            : shapes.getFirst().dimensions().get(1);
    if (inputs == 0 || !architecture.shapes(inputs).equals(shapes)) {
      throw new IllegalArgumentException(
          "The parameters " + shapes + " are not those of " + architecture);
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i += 2) {
      layers.add(
          new Layer(
              widen(parameters.values(shapes.get(i))),
              widen(parameters.values(shapes.get(i + 1)))));
    }
    return new Model(List.copyOf(layers), inputs);
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** Probability of a positive label for one patient's features. */
  public double probability(double[] features) {
    if (features.length != inputs) {
      throw new IllegalArgumentException(
          "The model takes " + inputs + " features, not " + features.length);
    }
    double[] signal = features;
    for (int i = 0; i < layers.size(); i++) {
      signal = layers.get(i).forward(signal);
      if (i + 1 < layers.size()) {
        rectify(signal);
      }
    }
    return sigmoid(signal[0]);
  }

  /** Probabilities for all rows. */
  public double[] probabilities(DesignMatrix rows) {
    double[] probabilities = new double[rows.rows()];
    double[] features = new double[rows.columns()];
    for (int r = 0; r < probabilities.length; r++) {
      for (int c = 0; c < features.length; c++) {
        features[c] = rows.value(r, c);
      }
      probabilities[r] = probability(features);
    }
    return probabilities;
  }

  static void rectify(double[] signal) {
    for (int i = 0; i < signal.length; i++) {
      signal[i] = Math.max(0, signal[i]);
    }
  }

  static double sigmoid(double z) {
    double e = StrictMath.exp(-Math.abs(z));
    return z >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  List<Layer> layers() {
    return layers;
  }

  /** One linear map: weights are outputs x inputs, row-major. */
  static final class Layer {
    final double[] weights;
    final double[] bias;

    Layer(double[] weights, double[] bias) {
      this.weights = weights;
      this.bias = bias;
    }

    double[] forward(double[] input) {
      double[] output = new double[bias.length];
      for (int o = 0; o < output.length; o++) {
        double sum = bias[o];
        for (int i = 0; i < input.length; i++) {
          sum += weights[o * input.length + i] * input[i];
        }
        output[o] = sum;
      }
      return output;
    }
  }
}
