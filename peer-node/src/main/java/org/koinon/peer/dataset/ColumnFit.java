package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.List;

/** What a fit found about one column: enough to write its feature rules. */
sealed interface ColumnFit {
  List<FeatureRule> rules(Column column, TableSchema.Levels levels);

  /** A numeric column: what fills it and what scales it. */
  record OfNumber(double impute, FeatureRule.Scale scale) implements ColumnFit {
    @Override
    public List<FeatureRule> rules(Column column, TableSchema.Levels levels) {
      return List.of(
          new FeatureRule.Numeric(
              column.name(), column.name(), impute, scale.mean(), scale.divisor()));
    }
  }

  /** A category column: rows seen at each of {@link Column#levels()}; whether to standardise. */
  record OfLevels(List<Double> counts, boolean scaled) implements ColumnFit {
    @Override
    public List<FeatureRule> rules(Column column, TableSchema.Levels levels) {
      List<String> names = column.levels();
      double total = counts.stream().mapToDouble(Double::doubleValue).sum();
      List<FeatureRule> rules = new ArrayList<>();
      for (int i = levels == TableSchema.Levels.DROP_FIRST ? 1 : 0; i < names.size(); i++) {
        rules.add(
            new FeatureRule.Indicator(
                column.name() + "_" + names.get(i),
                column.name(),
                names.get(i),
                fill(column),
                scaled ? scale(counts.get(i), total) : FeatureRule.Scale.NONE));
      }
      return rules;
    }

    private String fill(Column column) {
      if (column.impute() == Column.CategoryImputation.LEVEL) {
        return Column.MISSING_LEVEL;
      }
      int most = 0;
      for (int i = 1; i < counts.size(); i++) {
        most = counts.get(i) > counts.get(most) ? i : most;
      }
      return column.levels().get(most);
    }

    private static FeatureRule.Scale scale(double count, double total) {
      double share = count / total;
      double variance = total > 1 ? share * (1 - share) * total / (total - 1) : 0;
      return FeatureRule.Scale.of(share, StrictMath.sqrt(Math.max(0, variance)), 1);
    }
  }

  static DataException empty(String where, String column) {
    return new DataException(
        where + ", column " + column,
        "no row has a value, so nothing can fill the gaps",
        "Take the column out of the schema's features, or use federated standardisation");
  }
}
