package org.koinon.aggregation.model;

import java.util.Objects;

/**
 * A vector of doubles that is read in runs, so that no second copy of a large model is needed.
 *
 * <p>Reading the same coordinates again gives the same numbers. Safe for concurrent reading.
 */
public interface RealVector {
  /** How many numbers. */
  int size();

  /** Copies {@code length} numbers from {@code from} on to the start of {@code into}. */
  void read(int from, double[] into, int length);

  /** The vector with these numbers, which are copied. */
  static RealVector of(double... numbers) {
    double[] copy = numbers.clone();
    return new RealVector() {
      @Override
      public int size() {
        return copy.length;
      }

      @Override
      public void read(int from, double[] into, int length) {
        System.arraycopy(copy, from, into, 0, length);
      }
    };
  }

  /** This minus the other, number by number, in double; computed when read. */
  default RealVector minus(RealVector other) {
    if (size() != other.size()) {
      throw new IllegalArgumentException("vectors of " + size() + " and " + other.size());
    }
    RealVector minuend = this;
    return new RealVector() {
      @Override
      public int size() {
        return minuend.size();
      }

      @Override
      public void read(int from, double[] into, int length) {
        double[] subtrahend = new double[length];
        minuend.read(from, into, length);
        other.read(from, subtrahend, length);
        for (int i = 0; i < length; i++) {
          into[i] -= subtrahend[i];
        }
      }
    };
  }

  /** Part of this vector; nothing is copied. */
  default RealVector slice(int start, int length) {
    Objects.checkFromIndexSize(start, length, size());
    RealVector whole = this;
    return new RealVector() {
      @Override
      public int size() {
        return length;
      }

      @Override
      public void read(int from, double[] into, int count) {
        Objects.checkFromIndexSize(from, count, length);
        whole.read(start + from, into, count);
      }
    };
  }

  /** A copy of all numbers. */
  default double[] toArray() {
    double[] numbers = new double[size()];
    read(0, numbers, numbers.length);
    return numbers;
  }
}
