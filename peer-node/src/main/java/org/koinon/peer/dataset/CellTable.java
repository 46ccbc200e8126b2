package org.koinon.peer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A table of patients to predict for: cells by column name, as they stand in the file. Labels and
 * folds may be missing; rows are handed on one by one, in file order.
 *
 * @param file a CSV file in the schema's format
 * @param schema names the columns where the file has no header, and the column of record ids
 * @param limits how much is accepted
 */
public record CellTable(Path file, TableSchema schema, TableLimits limits) {
  /**
   * Hands on every row: its record id, or its 0-based number where the table names no record, and
   * its cells.
   *
   * @throws DataException that says what is wrong, where and how to mend it
   */
  public void forEach(BiConsumer<RecordId, Map<String, String>> consumer) {
    String name = String.valueOf(file.getFileName());
    try (InputStream in = Files.newInputStream(file);
        var lines = new DelimitedReader(in, name, schema.format(), limits)) {
      List<String> columns = columns(lines, name);
      int row = 0;
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        accept(line.get(), columns, row++, consumer);
      }
      if (row == 0) {
        throw new DataException(name, "the table has no data rows", "Name a file with patients");
      }
    } catch (IOException e) {
      throw new DataException(
          file.toString(),
          Files.exists(file) ? "the table cannot be read" : "there is no such file",
          "Check the path",
          e);
    }
  }

  private List<String> columns(DelimitedReader lines, String name) {
    if (schema.format().header() == CsvFormat.Header.NONE) {
      return schema.columns().stream().map(Column::name).toList();
    }
    List<String> header = lines.next().map(DelimitedReader.Line::cells).orElseGet(List::of);
    if (new HashSet<>(header).size() != header.size()) {
      throw new DataException(name + " header", "a column stands twice", "Rename one of the two");
    }
    for (String feature : schema.features()) {
      if (!header.contains(feature)) {
        throw new DataException(
            name + " header",
            "the column " + feature + " is missing",
            NearestKey.of(feature, header)
                .map(near -> "Is it the column " + near + "? Then rename it")
                .orElse("Export it; its cells may be blank"));
      }
    }
    return header;
  }

  private void accept(
      DelimitedReader.Line line,
      List<String> columns,
      int row,
      BiConsumer<RecordId, Map<String, String>> consumer) {
    String where = file.getFileName() + ":" + line.number();
    if (row == limits.maxRows()) {
      throw new DataException(
          where, "the table has more than " + limits.maxRows() + " rows", "Split the table");
    }
    if (line.cells().size() != columns.size()) {
      throw new DataException(
          where,
          "the line has " + line.cells().size() + " cells, the table has " + columns.size(),
          "Correct the line");
    }
    Map<String, String> cells = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      cells.put(columns.get(i), line.cells().get(i));
    }
    try {
      consumer.accept(id(cells, row), cells);
    } catch (DataException e) {
      throw new DataException(where, e);
    }
  }

  private RecordId id(Map<String, String> cells, int row) {
    String cell = schema.recordId().isEmpty() ? null : cells.get(schema.recordId());
    if (cell == null) {
      return new RecordId(Integer.toString(row));
    }
    if (cell.isBlank() || cell.length() > RecordId.MAX_CHARS) {
      throw new DataException(
          "column " + schema.recordId(),
          "a record id has 1 to " + RecordId.MAX_CHARS + " characters",
          "Fill it in");
    }
    return new RecordId(cell);
  }
}
