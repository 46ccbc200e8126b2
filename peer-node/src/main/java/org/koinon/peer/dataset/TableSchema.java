package org.koinon.peer.dataset;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every hospital of a study agrees a table looks like: its cells, columns, label, rows, folds
 * and the order of its features. Written in YAML, read strictly.
 *
 * @param name short name of the schema
 * @param format how bytes become cells
 * @param columns every column of the file, in its order when there is no header
 * @param label what is predicted
 * @param rows which rows take part
 * @param fold where train, validation and test are written
 * @param recordId column that names a record for consent; empty for the data line's number
 * @param features numeric features and category columns in the order the model sees them; category
 *     columns are spread into one 0/1 feature for each level. Empty in YAML: all, in column order
 * @param levels whether the first level of a category gets a feature
 */
public record TableSchema(
    String name,
    CsvFormat format,
    List<Column> columns,
    LabelRule label,
    RowRule rows,
    FoldRule fold,
    String recordId,
    List<String> features,
    Levels levels) {

  /** Which levels of a category become features. */
  public enum Levels {
    /** All but the first, as regression without collinear features wants it. */
    DROP_FIRST,
    /** All. */
    ALL
  }

  /** Fills in what the file leaves out and refuses contradictions. */
  public TableSchema(
      @Nullable String name,
      @Nullable CsvFormat format,
      @Nullable List<Column> columns,
      @Nullable LabelRule label,
      @Nullable RowRule rows,
      @Nullable FoldRule fold,
      @Nullable String recordId,
      @Nullable List<String> features,
      @Nullable Levels levels) {
    if (name == null || name.isBlank() || columns == null || columns.isEmpty() || label == null) {
      throw new IllegalArgumentException("a schema needs a name, columns and a label");
    }
    this.name = name;
    this.format = format == null ? CsvFormat.DEFAULT : format;
    this.columns = List.copyOf(columns);
    this.label = label;
    this.rows = rows == null ? RowRule.ALL : rows;
    this.fold = fold == null ? FoldRule.NONE : fold;
    this.recordId = recordId == null ? "" : recordId;
    this.levels = levels == null ? Levels.DROP_FIRST : levels;
    this.features = features == null || features.isEmpty() ? allFeatures() : List.copyOf(features);
    checkColumns();
    checkFeatures();
    comparisons();
  }

  /** Reads a schema file. */
  public static TableSchema read(Path file) {
    return SchemaReader.read(file);
  }

  /** Reads a schema that ships with Koinon, such as {@code heart-disease}. */
  public static TableSchema named(String name) {
    return SchemaReader.named(name);
  }

  /** Reads a schema from text; {@code source} names it in errors. */
  public static TableSchema parse(String yaml, String source) {
    return SchemaReader.parse(yaml, source);
  }

  private List<String> allFeatures() {
    List<String> roles = List.of(label.column(), recordId, fold.column());
    return columns.stream()
        .filter(c -> c.kind() != Column.Kind.IGNORE && !roles.contains(c.name()))
        .map(Column::name)
        .toList();
  }

  private void checkColumns() {
    var names = new HashSet<String>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw new IllegalArgumentException("column " + column.name() + " stands twice");
      }
    }
    Stream.of(List.of(label.column(), recordId, fold.column()), rows.dropMissingIn(), features)
        .flatMap(List::stream)
        .filter(used -> !used.isEmpty() && !names.contains(used))
        .findFirst()
        .ifPresent(
            used -> {
              throw new IllegalArgumentException(
                  "there is no column " + used + ". " + NearestKey.hint(used, names));
            });
    Column labelColumn = column(label.column());
    if (labelColumn.kind() != Column.Kind.CATEGORY) {
      throw new IllegalArgumentException(
          "the label column " + labelColumn.name() + " must be of kind category");
    }
    for (String level : label.positive()) {
      if (labelColumn.levelOf(level) < 0) {
        throw new IllegalArgumentException(
            "label.positive holds " + level + ", which is no category of " + labelColumn.name());
      }
    }
  }

  private void checkFeatures() {
    if (features.isEmpty() || new HashSet<>(features).size() != features.size()) {
      throw new IllegalArgumentException("features are at least one, and none stands twice");
    }
    for (String feature : features) {
      if (feature.equals(label.column()) || column(feature).kind() == Column.Kind.IGNORE) {
        throw new IllegalArgumentException(
            "feature " + feature + " is the label or has kind ignore");
      }
    }
  }

  /** The same schema with other missing markers for one column, such as {@code chol} = 0. */
  public TableSchema withMissing(String column, List<String> markers) {
    List<Column> changed =
        columns.stream().map(c -> c.name().equals(column) ? c.withMissing(markers) : c).toList();
    return new TableSchema(name, format, changed, label, rows, fold, recordId, features, levels);
  }

  /** The same schema with other row rules. */
  public TableSchema withRows(RowRule changed) {
    return new TableSchema(name, format, columns, label, changed, fold, recordId, features, levels);
  }

  /** SHA-256 over everything the schema says; comments and layout of its file do not count. */
  public byte[] digest() {
    return SchemaReader.digest(this);
  }

  Column column(String columnName) {
    return columns.get(indexOf(columnName));
  }

  int indexOf(String columnName) {
    return Column.indexOf(columnName, columns);
  }

  /** Names of a model's inputs: numeric features, and one for each level of a category. */
  public List<String> inputs() {
    int firstLevel = levels == Levels.DROP_FIRST ? 1 : 0;
    return sources().stream()
        .flatMap(
            column ->
                column.kind() == Column.Kind.CATEGORY
                    ? column.levels().stream()
                        .skip(firstLevel)
                        .map(level -> column.name() + "_" + level)
                    : Stream.of(column.name()))
        .toList();
  }

  /** The feature columns in order, each with the format's missing markers added to its own. */
  List<Column> sources() {
    return features.stream().map(this::column).map(this::withFormatMarkers).toList();
  }

  Column withFormatMarkers(Column column) {
    List<String> markers =
        Stream.concat(column.missing().stream(), format.missing().stream()).distinct().toList();
    return column.withMissing(markers);
  }

  List<Comparison> comparisons() {
    return rows.keep().stream().map(text -> Comparison.parse(text, columns)).toList();
  }

  Set<Integer> indexesOf(List<String> names) {
    return names.stream().map(this::indexOf).collect(Collectors.toUnmodifiableSet());
  }
}
