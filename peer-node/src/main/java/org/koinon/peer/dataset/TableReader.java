package org.koinon.peer.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Turns the lines of a table into the rows that take part. */
final class TableReader {
  private final DatasetSource source;
  private final TableSchema schema;
  private final @Nullable FoldFile foldFile;
  private final List<Column> columns;
  private final Set<Integer> mustHave;
  private final List<Comparison> comparisons;
  private final Set<Integer> positiveLevels = new HashSet<>();
  private final int labelAt;

  TableReader(DatasetSource source, @Nullable FoldFile foldFile) {
    this.source = source;
    this.schema = source.schema();
    this.foldFile = foldFile;
    this.columns = schema.columns().stream().map(schema::withFormatMarkers).toList();
    this.mustHave = schema.indexesOf(schema.rows().dropMissingIn());
    this.comparisons = schema.comparisons();
    this.labelAt = schema.indexOf(schema.label().column());
    for (String level : schema.label().positive()) {
      positiveLevels.add(columns.get(labelAt).levelOf(level));
    }
  }

  List<PatientRow> rows(DelimitedReader lines) {
    int[] order = order(lines);
    List<PatientRow> rows = new ArrayList<>();
    Set<RecordId> ids = new HashSet<>();
    long dataLine = 0;
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      if (dataLine == source.limits().maxRows()) {
        throw new DataException(
            where(line.get()),
            "the table has more than " + source.limits().maxRows() + " rows",
            "Split the table, or raise the limit");
      }
      Optional<PatientRow> row = row(line.get(), order, dataLine++);
      if (row.isPresent() && !ids.add(row.get().id)) {
        throw new DataException(
            where(line.get()) + ", column " + schema.recordId(),
            "the record id stands on an earlier line too",
            "Give every record its own id: consent is looked up by it");
      }
      row.ifPresent(rows::add);
    }
    if (rows.isEmpty()) {
      throw new DataException(
          source.fileName(),
          dataLine == 0
              ? "the table has no data rows"
              : "none of the " + dataLine + " rows passes the schema's row rules",
          "Export the table again, or relax rows in the schema");
    }
    return rows;
  }

  private String where(DelimitedReader.Line line) {
    return source.fileName() + ":" + line.number();
  }

  /** For each schema column, its place in a line. */
  private int[] order(DelimitedReader lines) {
    if (schema.format().header() == CsvFormat.Header.NONE) {
      return IntStream.range(0, columns.size()).toArray();
    }
    List<String> header = lines.next().map(DelimitedReader.Line::cells).orElseGet(List::of);
    List<String> names = columns.stream().map(Column::name).toList();
    for (String found : header) {
      if (!names.contains(found)) {
        throw new DataException(
            source.fileName() + " header",
            "the schema has no column " + found,
            NearestKey.of(found, names)
                .map(near -> "Did you mean " + near + "?")
                .orElse("Add it to the schema with kind: ignore"));
      }
    }
    if (new HashSet<>(header).size() != header.size()) {
      throw new DataException(
          source.fileName() + " header", "a column stands twice", "Rename one of the two");
    }
    for (String name : names) {
      if (!header.contains(name)) {
        throw new DataException(
            source.fileName() + " header",
            "the column " + name + " is missing",
            "Export it, or take it out of the schema");
      }
    }
    return names.stream().mapToInt(header::indexOf).toArray();
  }

  private Optional<PatientRow> row(DelimitedReader.Line line, int[] order, long dataLine) {
    if (line.cells().size() != columns.size()) {
      throw new DataException(
          where(line),
          "the line has "
              + line.cells().size()
              + " cells, the schema "
              + columns.size()
              + " columns",
          "Check the delimiter, and quote cells that hold it");
    }
    double[] values = values(line, order);
    if (mustHave.stream().anyMatch(at -> Double.isNaN(values[at]))
        || !comparisons.stream().allMatch(c -> c.holds(values))) {
      return Optional.empty();
    }
    if (Double.isNaN(values[labelAt])) {
      throw new DataException(
          where(line) + ", column " + schema.label().column(),
          "the label is missing",
          "Add the label to rows.drop_missing_in to leave such rows out");
    }
    boolean positive = positiveLevels.contains((int) values[labelAt]);
    return fold(line, order, dataLine)
        .map(fold -> new PatientRow(id(line, order, dataLine), fold, positive, values));
  }

  private double[] values(DelimitedReader.Line line, int[] order) {
    double[] values = new double[columns.size()];
    Arrays.fill(values, Double.NaN);
    for (int i = 0; i < values.length; i++) {
      Column column = columns.get(i);
      String cell = line.cells().get(order[i]);
      try {
        if (column.kind() != Column.Kind.IGNORE) {
          values[i] = column.read(cell);
        } else if (mustHave.contains(i) && !column.isMissing(cell)) {
          values[i] = 0;
        }
      } catch (Column.BadCell e) {
        throw new DataException(
            where(line) + ", column " + column.name(), String.valueOf(e.getMessage()), e.mend(), e);
      }
    }
    return values;
  }

  private RecordId id(DelimitedReader.Line line, int[] order, long dataLine) {
    if (schema.recordId().isEmpty()) {
      return new RecordId(Long.toString(dataLine));
    }
    String cell = line.cells().get(order[schema.indexOf(schema.recordId())]);
    if (cell.isBlank() || cell.length() > RecordId.MAX_CHARS) {
      throw new DataException(
          where(line) + ", column " + schema.recordId(),
          "a record id has 1 to " + RecordId.MAX_CHARS + " characters",
          "Fill it in: consent is looked up by it");
    }
    return new RecordId(cell);
  }

  /** The row's fold; a row that the fold file does not name takes no part. */
  private Optional<Fold> fold(DelimitedReader.Line line, int[] order, long dataLine) {
    if (foldFile != null) {
      return foldFile.fold(dataLine);
    }
    if (schema.fold().column().isEmpty()) {
      return Optional.of(Fold.TRAIN);
    }
    String cell = line.cells().get(order[schema.indexOf(schema.fold().column())]);
    return Optional.of(
        Fold.of(cell)
            .orElseThrow(
                () ->
                    new DataException(
                        where(line) + ", column " + schema.fold().column(),
                        "the fold is none of train, validation, test",
                        "Correct the cell")));
  }
}
