package org.koinon.peer.training;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The form of a model with one output, the log odds of a positive label. Tensors are {@code
 * linear<i>.weight} (outputs x inputs) and {@code linear<i>.bias}, layer after layer.
 */
public sealed interface Architecture {
  /** Sizes of the layers between input and output. */
  List<Integer> hidden();

  /** Logistic regression. */
  record Logistic() implements Architecture {
    @Override
    public List<Integer> hidden() {
      return List.of();
    }
  }

  /** Fully connected layers with ReLU between them. */
  record Mlp(List<Integer> hidden) implements Architecture {
    /** Refuses none, more than 16 or over-large layers. */
    public Mlp {
      hidden = List.copyOf(hidden);
      if (hidden.isEmpty() || hidden.size() > 16) {
        throw new IllegalArgumentException("An MLP has 1 to 16 hidden layers");
      }
      for (int size : hidden) {
        if (size < 1 || size > 65_536) {
          throw new IllegalArgumentException("A hidden layer has 1 to 65,536 units: " + size);
        }
      }
    }
  }

  /** The tensors of this form for so many features. */
  default List<TensorShape> shapes(int inputs) {
    List<TensorShape> shapes = new ArrayList<>();
    int from = inputs;
    List<Integer> sizes = new ArrayList<>(hidden());
    sizes.add(1);
    for (int layer = 0; layer < sizes.size(); layer++) {
      int to = sizes.get(layer);
      shapes.add(new TensorShape("linear" + layer + ".weight", List.of(to, from)));
      shapes.add(new TensorShape("linear" + layer + ".bias", List.of(to)));
      from = to;
    }
    return List.copyOf(shapes);
  }

  /**
   * Parameters drawn uniformly from ±1/sqrt(inputs of the layer), as PyTorch's Linear does. A
   * function of form, inputs and seed alone.
   */
  default ParameterSet initial(int inputs, long seed) {
    List<TensorShape> shapes = shapes(inputs);
    float[] values = new float[shapes.stream().mapToInt(TensorShape::elements).sum()];
    var random = new SplittableRandom(seed);
    int next = 0;
    int fanIn = inputs;
    for (TensorShape shape : shapes) {
      if (shape.dimensions().size() == 2) {
        fanIn = shape.dimensions().get(1);
      }
      double bound = 1 / StrictMath.sqrt(fanIn);
      for (int i = 0; i < shape.elements(); i++) {
        values[next++] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
    }
    return ParameterSet.of(shapes, values);
  }
}
