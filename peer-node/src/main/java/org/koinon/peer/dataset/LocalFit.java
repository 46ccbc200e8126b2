package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fits a preprocessor on one hospital's rows. */
final class LocalFit {
  private LocalFit() {}

  static Preprocessor of(Cohort cohort, boolean scaled) {
    TableSchema schema = cohort.schema();
    Map<String, ColumnFit> fits = new HashMap<>();
    for (Column column : schema.sources()) {
      int at = schema.indexOf(column.name());
      double[] all = cohort.patients().stream().mapToDouble(row -> row.values[at]).toArray();
      fits.put(column.name(), fit(column, all, cohort.file(), scaled));
    }
    return Preprocessor.assemble(schema, fits);
  }

  private static ColumnFit fit(Column column, double[] all, String file, boolean scaled) {
    if (column.kind() == Column.Kind.CATEGORY) {
      return new ColumnFit.OfLevels(counts(column, all, file), scaled);
    }
    double sum = 0;
    int n = 0;
    double largest = 0;
    for (double value : all) {
      if (!Double.isNaN(value)) {
        sum += value;
        n++;
        largest = Math.max(largest, Math.abs(value));
      }
    }
    if (n == 0) {
      throw ColumnFit.empty(file, column.name());
    }
    double mean = sum / n;
    double squares = 0;
    for (double value : all) {
      squares += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
    }
    double sd = n > 1 ? StrictMath.sqrt(squares / (n - 1)) : 0;
    return new ColumnFit.OfNumber(
        mean, scaled ? FeatureRule.Scale.of(mean, sd, largest) : FeatureRule.Scale.NONE);
  }

  private static List<Double> counts(Column column, double[] all, String file) {
    double[] counts = LevelCounts.of(column, all);
    List<Double> list = new ArrayList<>();
    double total = 0;
    for (double count : counts) {
      list.add(count);
      total += count;
    }
    if (total == 0) {
      throw ColumnFit.empty(file, column.name());
    }
    return list;
  }
}
