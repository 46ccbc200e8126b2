package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Everything that turns a patient's cells into a model's input, so that a prediction needs this and
 * the weights alone. Part of the model file.
 *
 * @param schemaDigest SHA-256 of the schema, in hex
 * @param label what the model predicts
 * @param sources the columns read, with all their missing markers and categories in order
 * @param features one rule for each input of the model, in order
 */
public record Preprocessor(
    String schemaDigest, LabelRule label, List<Column> sources, List<FeatureRule> features) {

  /** Refuses rules without a source and levels that no source has. */
  public Preprocessor {
    sources = List.copyOf(sources);
    features = List.copyOf(features);
    if (features.isEmpty()) {
      throw new IllegalArgumentException("A model has at least one feature");
    }
    for (FeatureRule feature : features) {
      var _ = feature.over(sources);
    }
  }

  /**
   * Fits on a hospital's own training rows: mean and commonest level of the values that are there,
   * standard deviation with n - 1.
   *
   * @param standardisation none or local; federated statistics come from {@link #from}
   * @throws DataException when a column has no value at this hospital
   */
  public static Preprocessor fit(Cohort cohort, Standardisation standardisation) {
    return switch (standardisation) {
      case NONE -> LocalFit.of(cohort, false);
      case LOCAL -> LocalFit.of(cohort, true);
      case FEDERATED ->
          throw new IllegalArgumentException("Federated statistics come from a statistics round");
    };
  }

  /**
   * From the sum of all hospitals' {@link StatisticsVector}s.
   *
   * @throws DataException when a column has no value at any hospital
   */
  public static Preprocessor from(TableSchema schema, double[] sums) {
    return FederatedFit.of(schema, sums);
  }

  /** Names of the model's inputs. */
  public List<String> names() {
    return features.stream().map(FeatureRule::name).toList();
  }

  /**
   * One patient's input from cells by column name.
   *
   * @throws DataException naming the column when a cell is absent or does not fit
   */
  public double[] transform(Map<String, String> cells) {
    return transform(cells, "");
  }

  double[] transform(Map<String, String> cells, String place) {
    double[] raw = new double[sources.size()];
    for (int i = 0; i < raw.length; i++) {
      Column column = sources.get(i);
      String cell = cells.get(column.name());
      if (cell == null) {
        throw new DataException(
            place + "column " + column.name(),
            "it is missing",
            "Leave the cell blank if it is unknown");
      }
      try {
        raw[i] = column.read(cell.strip());
      } catch (Column.BadCell e) {
        throw new DataException(
            place + "column " + column.name(), String.valueOf(e.getMessage()), e.mend(), e);
      }
    }
    double[] input = new double[features.size()];
    write(compiled(), raw, input, 0);
    return input;
  }

  /** As a tree of maps, lists and strings; doubles are decimal strings that read back exactly. */
  public Map<String, Object> toMap() {
    return PreprocessorTree.of(this);
  }

  /** Reads {@link #toMap()} back, strictly. */
  public static Preprocessor fromMap(Map<String, ?> tree) {
    return PreprocessorTree.read(tree);
  }

  DesignMatrix apply(Cohort cohort) {
    int[] at = new int[sources.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = indexIn(cohort, sources.get(i));
    }
    List<PatientRow> rows = cohort.patients();
    double[] values = new double[Math.multiplyExact(rows.size(), features.size())];
    boolean[] positive = new boolean[rows.size()];
    double[] raw = new double[at.length];
    List<ToDoubleFunction<double[]>> compiled = compiled();
    for (int r = 0; r < rows.size(); r++) {
      for (int i = 0; i < at.length; i++) {
        raw[i] = rows.get(r).values[at[i]];
      }
      write(compiled, raw, values, r * features.size());
      positive[r] = rows.get(r).positive;
    }
    return new DesignMatrix(names(), values, positive);
  }

  private static int indexIn(Cohort cohort, Column source) {
    List<Column> columns = cohort.schema().columns();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (column.name().equals(source.name())
          && column.kind() == source.kind()
          && column.categories().equals(source.categories())) {
        return i;
      }
    }
    throw new DataException(
        cohort.file() + ", column " + source.name(),
        "the schema does not have this column as the model knows it (kind and categories)",
        "Use the schema that the model was trained with");
  }

  private List<ToDoubleFunction<double[]>> compiled() {
    List<ToDoubleFunction<double[]>> compiled = new ArrayList<>();
    for (FeatureRule feature : features) {
      compiled.add(feature.over(sources));
    }
    return compiled;
  }

  private void write(
      List<ToDoubleFunction<double[]>> compiled, double[] raw, double[] target, int offset) {
    for (int f = 0; f < compiled.size(); f++) {
      target[offset + f] = compiled.get(f).applyAsDouble(raw) / features.get(f).divisor();
    }
  }

  /** The rules for a schema, given what fills and scales each column. */
  static Preprocessor assemble(TableSchema schema, Map<String, ColumnFit> fits) {
    List<Column> sources = schema.sources();
    List<FeatureRule> rules = new ArrayList<>();
    for (Column source : sources) {
      ColumnFit fit = Objects.requireNonNull(fits.get(source.name()));
      rules.addAll(fit.rules(source, schema.levels()));
    }
    return new Preprocessor(
        HexFormat.of().formatHex(schema.digest()), schema.label(), sources, rules);
  }
}
