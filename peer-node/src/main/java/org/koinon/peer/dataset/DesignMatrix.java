package org.koinon.peer.dataset;

import java.util.List;

/**
 * What a model learns from or is judged on: one line of numbers and one 0/1 label for each record,
 * without ids. Row-major, double. Immutable. Never printed.
 */
public final class DesignMatrix {
  private final List<String> names;
  private final double[] values;
  private final boolean[] positive;

  DesignMatrix(List<String> names, double[] values, boolean[] positive) {
    this.names = List.copyOf(names);
    this.values = values;
    this.positive = positive;
  }

  /** Copies rows of equal length; labels are one for each row. */
  public static DesignMatrix of(List<String> names, double[][] rows, boolean[] positive) {
    if (rows.length != positive.length) {
      throw new IllegalArgumentException("As many labels as rows are needed");
    }
    double[] values = new double[Math.multiplyExact(rows.length, names.size())];
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != names.size()) {
        throw new IllegalArgumentException("Row " + r + " has " + rows[r].length + " values");
      }
      System.arraycopy(rows[r], 0, values, r * names.size(), names.size());
    }
    return new DesignMatrix(names, values, positive.clone());
  }

  /** Number of records. */
  public int rows() {
    return positive.length;
  }

  /** Number of features. */
  public int columns() {
    return names.size();
  }

  /** Names of the features, in order. */
  public List<String> names() {
    return names;
  }

  /** One number. */
  public double value(int row, int column) {
    return values[row * names.size() + column];
  }

  /** The label of a record. */
  public boolean positive(int row) {
    return positive[row];
  }

  /** The rows of both, these first. */
  public DesignMatrix plus(DesignMatrix other) {
    if (!names.equals(other.names)) {
      throw new IllegalArgumentException("Only matrices of the same features can be joined");
    }
    double[] joined = new double[Math.addExact(values.length, other.values.length)];
    System.arraycopy(values, 0, joined, 0, values.length);
    System.arraycopy(other.values, 0, joined, values.length, other.values.length);
    boolean[] labels = new boolean[positive.length + other.positive.length];
    System.arraycopy(positive, 0, labels, 0, positive.length);
    System.arraycopy(other.positive, 0, labels, positive.length, other.positive.length);
    return new DesignMatrix(names, joined, labels);
  }

  @Override
  public String toString() {
    return "DesignMatrix[" + rows() + " x " + columns() + "]";
  }
}
