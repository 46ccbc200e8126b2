package org.koinon.peer.dataset;

/** Counts how many rows hold each level of a category. */
final class LevelCounts {
  private LevelCounts() {}

  /**
   * One count for each of {@link Column#levels()}; a missing value counts only where it is a level.
   */
  static double[] of(Column column, double[] values) {
    double[] counts = new double[column.levels().size()];
    for (double value : values) {
      if (!Double.isNaN(value)) {
        counts[(int) value]++;
      } else if (column.impute() == Column.CategoryImputation.LEVEL) {
        counts[counts.length - 1]++;
      }
    }
    return counts;
  }
}
