package org.koinon.aggregation.model;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;

/**
 * The float parameters of a model: the tensors of a vector one after the other, in the vector's
 * order. Immutable.
 */
public final class Parameters implements RealVector {
  private final List<TensorSpec> tensors;
  private final float[] data;

  private Parameters(List<TensorSpec> tensors, float[] data) {
    this.tensors = tensors;
    this.data = data;
  }

  /** All zero. */
  public static Parameters zeros(VectorSpec spec) {
    return new Parameters(spec.tensors(), new float[spec.modelWords()]);
  }

  /** The numbers in order; copied. */
  public static Parameters of(VectorSpec spec, float... data) {
    return wrap(spec, data.clone());
  }

  /** The numbers in order; not copied: the caller gives the array up. */
  public static Parameters wrap(VectorSpec spec, float[] data) {
    if (data.length != spec.modelWords()) {
      throw new IllegalArgumentException(
          data.length + " numbers for a vector of " + spec.modelWords());
    }
    return new Parameters(spec.tensors(), data);
  }

  /** Names and shapes, in order. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  @Override
  public int size() {
    return data.length;
  }

  /** One number. */
  public float at(int index) {
    return data[index];
  }

  /** All numbers in order, not copied, for reading only. */
  public FloatBuffer buffer() {
    return FloatBuffer.wrap(data).asReadOnlyBuffer();
  }

  /** The numbers of one tensor, row-major, not copied, for reading only. */
  public FloatBuffer tensor(String name) {
    int from = 0;
    for (TensorSpec tensor : tensors) {
      if (tensor.name().equals(name)) {
        return buffer().slice(from, tensor.elements());
      }
      from += tensor.elements();
    }
    throw new IllegalArgumentException("no tensor is called " + name);
  }

  @Override
  public void read(int from, double[] into, int length) {
    Objects.checkFromIndexSize(from, length, data.length);
    for (int i = 0; i < length; i++) {
      into[i] = data[from + i];
    }
  }

  /** The first tensor with a NaN or an infinity, if there is one. */
  public Optional<String> nonFinite() {
    int at = 0;
    for (TensorSpec tensor : tensors) {
      for (int end = at + tensor.elements(); at < end; at++) {
        if (!Float.isFinite(data[at])) {
          return Optional.of(tensor.name());
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isSameForm(List<TensorSpec> ours, List<TensorSpec> theirs) {
    if (ours.size() != theirs.size()) {
      return false;
    }
    for (int i = 0; i < ours.size(); i++) {
      if (!ours.get(i).name().equals(theirs.get(i).name())
          || !ours.get(i).shape().equals(theirs.get(i).shape())) {
        return false;
      }
    }
    return true;
  }

  /** Whether names, shapes and the bits of all numbers are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Parameters parameters
        && isSameForm(tensors, parameters.tensors)
        && Arrays.equals(data, parameters.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  /** The form only. */
  @Override
  public String toString() {
    return "Parameters[" + tensors.size() + " tensors, " + data.length + " numbers]";
  }
}
