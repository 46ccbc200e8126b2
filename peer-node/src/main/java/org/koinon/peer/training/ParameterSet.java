package org.koinon.peer.training;

import java.util.Arrays;
import java.util.List;

/**
 * A model's parameters: ordered named tensors over one flat float vector. Immutable; equal when
 * shapes and all bits are equal. What training returns is private to the hospital: {@link
 * #toString()} shows no number.
 */
public final class ParameterSet {
  private final List<TensorShape> shapes;
  private final float[] values;

  private ParameterSet(List<TensorShape> shapes, float[] values) {
    this.shapes = shapes;
    this.values = values;
  }

  /** Copies a flat vector: the tensors one after the other, each row-major. */
  public static ParameterSet of(List<TensorShape> shapes, float[] values) {
    long elements = shapes.stream().mapToLong(TensorShape::elements).sum();
    if (elements != values.length) {
      throw new IllegalArgumentException(
          "The shapes hold " + elements + " numbers, the vector " + values.length);
    }
    if (shapes.stream().map(TensorShape::name).distinct().count() != shapes.size()) {
      throw new IllegalArgumentException("Two tensors have one name");
    }
    return new ParameterSet(List.copyOf(shapes), values.clone());
  }

  /** The tensors' names and dimensions, in order. */
  public List<TensorShape> shapes() {
    return shapes;
  }

  /** Number of parameters. */
  public int size() {
    return values.length;
  }

  /** A copy of the flat vector. */
  public float[] values() {
    return values.clone();
  }

  /** A copy of one tensor's numbers. */
  public float[] values(TensorShape shape) {
    int offset = offset(shape);
    return Arrays.copyOfRange(values, offset, offset + shape.elements());
  }

  /** Where a tensor begins in the flat vector. */
  public int offset(TensorShape shape) {
    int offset = 0;
    for (TensorShape each : shapes) {
      if (each.equals(shape)) {
        return offset;
      }
      offset += each.elements();
    }
    throw new IllegalArgumentException("There is no tensor " + shape.name());
  }

  /** One number of the flat vector. */
  public float at(int index) {
    return values[index];
  }

  /** {@code this - base}: what local training changed. */
  public ParameterSet minus(ParameterSet base) {
    if (!shapes.equals(base.shapes)) {
      throw new IllegalArgumentException("The two parameter sets have different shapes");
    }
    float[] difference = new float[values.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = values[i] - base.values[i];
    }
    return new ParameterSet(shapes, difference);
  }

  /** Whether no number is NaN or infinite. */
  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterSet that
        && shapes.equals(that.shapes)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shapes.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "ParameterSet[" + shapes.size() + " tensors, " + values.length + " numbers]";
  }
}
