package org.koinon.peer.training;

import java.util.List;

/**
 * Name and dimensions of one tensor, such as {@code linear0.weight} of 1 x 13.
 *
 * @param dimensions outermost first, row-major
 */
public record TensorShape(String name, List<Integer> dimensions) {
  /** Most numbers one tensor may hold. */
  public static final int MAX_ELEMENTS = 1 << 28;

  /** Refuses no dimensions, empty ones and more than {@link #MAX_ELEMENTS} numbers. */
  public TensorShape {
    dimensions = List.copyOf(dimensions);
    long elements = 1;
    for (int dimension : dimensions) {
      elements *= dimension;
      if (dimension < 1 || elements > MAX_ELEMENTS) {
        throw new IllegalArgumentException(
            "Tensor " + name + " has impossible dimensions " + dimensions);
      }
    }
    if (name.isBlank() || dimensions.isEmpty() || dimensions.size() > 8) {
      throw new IllegalArgumentException("A tensor has a name and 1 to 8 dimensions");
    }
  }

  /** How many numbers it holds. */
  public int elements() {
    return dimensions.stream().reduce(1, (a, b) -> a * b);
  }
}
