package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.List;

/**
 * One hospital's sums for federated standardisation, ready to be added to the other hospitals'.
 *
 * <p>For each feature column in order: a numeric one gives count, sum and sum of squares of its
 * values scaled to 0..1 by the declared range (values outside are clamped and counted); a category
 * gives the count of each level. A row moves no number by more than 1, so every one is at most the
 * number of rows.
 */
public final class StatisticsVector {
  private final double[] values;
  private final long clamped;

  private StatisticsVector(double[] values, long clamped) {
    this.values = values;
    this.clamped = clamped;
  }

  /** The sums, in the order of {@link #names}. */
  public double[] values() {
    return values.clone();
  }

  /** How many values lay outside their declared range. */
  public long clamped() {
    return clamped;
  }

  /**
   * What each number is, such as {@code age/count} or {@code cp/4}.
   *
   * @throws DataException when a numeric feature has no range
   */
  public static List<String> names(TableSchema schema) {
    List<String> names = new ArrayList<>();
    for (Column column : schema.sources()) {
      if (column.kind() == Column.Kind.CATEGORY) {
        column.levels().forEach(level -> names.add(column.name() + "/" + level));
        continue;
      }
      requireRange(schema, column);
      names.add(column.name() + "/count");
      names.add(column.name() + "/sum");
      names.add(column.name() + "/squares");
    }
    return List.copyOf(names);
  }

  /** Sums over a hospital's training rows. */
  public static StatisticsVector of(Cohort cohort) {
    TableSchema schema = cohort.schema();
    double[] values = new double[names(schema).size()];
    long clamped = 0;
    int next = 0;
    for (Column column : schema.sources()) {
      int at = schema.indexOf(column.name());
      double[] all = cohort.patients().stream().mapToDouble(row -> row.values[at]).toArray();
      if (column.kind() == Column.Kind.CATEGORY) {
        double[] counts = LevelCounts.of(column, all);
        System.arraycopy(counts, 0, values, next, counts.length);
        next += counts.length;
      } else {
        clamped += addNumeric(column, all, values, next);
        next += 3;
      }
    }
    return new StatisticsVector(values, clamped);
  }

  private static long addNumeric(Column column, double[] all, double[] values, int next) {
    double low = column.range().get(0);
    double width = column.range().get(1) - low;
    long clamped = 0;
    for (double value : all) {
      if (Double.isNaN(value)) {
        continue;
      }
      double scaled = (value - low) / width;
      if (scaled < 0 || scaled > 1) {
        clamped++;
        scaled = Math.clamp(scaled, 0.0, 1.0);
      }
      values[next]++;
      values[next + 1] += scaled;
      values[next + 2] += scaled * scaled;
    }
    return clamped;
  }

  private static void requireRange(TableSchema schema, Column column) {
    if (column.range().isEmpty()) {
      throw new DataException(
          "schema " + schema.name() + ", column " + column.name(),
          "federated standardisation needs the range of every numeric feature",
          "Declare range: [lowest, highest] from medical knowledge, not from the data");
    }
  }

  @Override
  public String toString() {
    return "StatisticsVector[" + values.length + " sums]";
  }
}
