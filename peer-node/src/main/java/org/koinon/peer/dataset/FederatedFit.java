package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a preprocessor from the sums of all hospitals. */
final class FederatedFit {
  private FederatedFit() {}

  static Preprocessor of(TableSchema schema, double[] sums) {
    int wanted = StatisticsVector.names(schema).size();
    if (sums.length != wanted) {
      throw new IllegalArgumentException(
          "The schema has " + wanted + " statistics, not " + sums.length);
    }
    Map<String, ColumnFit> fits = new HashMap<>();
    int next = 0;
    for (Column column : schema.sources()) {
      if (column.kind() == Column.Kind.CATEGORY) {
        int levels = column.levels().size();
        fits.put(column.name(), levels(column, sums, next));
        next += levels;
      } else {
        fits.put(column.name(), number(column, sums, next));
        next += 3;
      }
    }
    return Preprocessor.assemble(schema, fits);
  }

  private static ColumnFit number(Column column, double[] sums, int at) {
    // The sums went through fixed point: a count is whole again once rounded.
    double n = StrictMath.rint(sums[at]);
    if (!(n >= 1)) {
      throw ColumnFit.empty("all hospitals", column.name());
    }
    double low = column.range().get(0);
    double width = column.range().get(1) - low;
    double mean = Math.clamp(sums[at + 1] / n, 0.0, 1.0);
    double variance = n > 1 ? Math.max(0, (sums[at + 2] - n * mean * mean) / (n - 1)) : 0;
    double value = low + mean * width;
    return new ColumnFit.OfNumber(
        value, FeatureRule.Scale.of(value, StrictMath.sqrt(variance) * width, width));
  }

  private static ColumnFit levels(Column column, double[] sums, int at) {
    List<Double> counts = new ArrayList<>();
    double total = 0;
    for (int i = 0; i < column.levels().size(); i++) {
      double count = Math.max(0, StrictMath.rint(sums[at + i]));
      counts.add(count);
      total += count;
    }
    if (!(total >= 1)) {
      throw ColumnFit.empty("all hospitals", column.name());
    }
    return new ColumnFit.OfLevels(counts, true);
  }
}
