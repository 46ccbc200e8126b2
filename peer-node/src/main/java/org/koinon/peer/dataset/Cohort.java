package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The hospital's rows that belong to one fold and have consent. Shows counts and ids; values leave
 * only as a {@link DesignMatrix}.
 */
public final class Cohort {
  private final TableSchema schema;
  private final String file;
  private final List<PatientRow> rows;

  Cohort(TableSchema schema, String file, List<PatientRow> rows) {
    this.schema = schema;
    this.file = file;
    this.rows = rows;
  }

  /** Two parts of one cohort that share no row. */
  public record Split(Cohort training, Cohort validation) {}

  /** The schema of the rows. */
  public TableSchema schema() {
    return schema;
  }

  /** Number of rows. */
  public int size() {
    return rows.size();
  }

  /** Rows with a positive label. */
  public int positives() {
    return (int) rows.stream().filter(row -> row.positive).count();
  }

  /** The ids of the rows, in file order. */
  public List<RecordId> recordIds() {
    return rows.stream().map(row -> row.id).toList();
  }

  List<PatientRow> patients() {
    return rows;
  }

  String file() {
    return file;
  }

  /** The rows as numbers for a model. */
  public DesignMatrix design(Preprocessor preprocessor) {
    return preprocessor.apply(this);
  }

  /**
   * Sets rows aside for validation: a function of seed and row order alone.
   *
   * @param percent share of the rows that validates, 0 to 99; rounded down, so a small cohort may
   *     have none
   */
  public Split split(int percent, long seed) {
    if (percent < 0 || percent > 99) {
      throw new IllegalArgumentException("The validation share is 0 to 99 percent: " + percent);
    }
    int wanted = (int) ((long) rows.size() * percent / 100);
    var random = new SplittableRandom(seed);
    List<PatientRow> training = new ArrayList<>();
    List<PatientRow> validation = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      boolean chosen = random.nextInt(rows.size() - i) < wanted - validation.size();
      (chosen ? validation : training).add(rows.get(i));
    }
    return new Split(new Cohort(schema, file, training), new Cohort(schema, file, validation));
  }

  /** What the hospital should know before it trains on these rows. */
  public List<DataWarning> warnings() {
    List<DataWarning> warnings = new ArrayList<>();
    int positives = positives();
    if (!rows.isEmpty() && (positives == 0 || positives == rows.size())) {
      warnings.add(
          new DataWarning(
              DataWarning.Kind.ONE_CLASS,
              schema.label().column(),
              file
                  + ": all "
                  + rows.size()
                  + " labels are "
                  + (positives == 0 ? "negative" : "positive")
                  + "; training goes on, but AUC is undefined on these rows."));
    }
    schema.features().forEach(feature -> checkColumn(feature, warnings));
    return List.copyOf(warnings);
  }

  private void checkColumn(String feature, List<DataWarning> warnings) {
    int at = schema.indexOf(feature);
    double[] seen =
        rows.stream()
            .mapToDouble(row -> row.values[at])
            .filter(value -> !Double.isNaN(value))
            .distinct()
            .limit(2)
            .toArray();
    if (seen.length == 0 && !rows.isEmpty()) {
      warnings.add(
          new DataWarning(
              DataWarning.Kind.EMPTY_COLUMN,
              feature,
              file + ", column " + feature + ": no row has a value."));
    } else if (seen.length == 1) {
      warnings.add(
          new DataWarning(
              DataWarning.Kind.CONSTANT_COLUMN,
              feature,
              file + ", column " + feature + ": all rows have the same value."));
    }
  }

  @Override
  public String toString() {
    return "Cohort[" + file + ", " + rows.size() + " rows]";
  }
}
