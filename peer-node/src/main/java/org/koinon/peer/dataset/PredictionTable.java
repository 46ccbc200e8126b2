package org.koinon.peer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A CSV file of patients to predict: UTF-8, comma, a header that names at least the model's source
 * columns; others are ignored, and lines that begin with # are skipped.
 */
public final class PredictionTable {
  private static final CsvFormat FORMAT =
      new CsvFormat(null, null, CsvFormat.Header.PRESENT, "#", List.of());

  private PredictionTable() {}

  /** Takes one patient's model input. */
  @FunctionalInterface
  public interface InputConsumer {
    /** {@code line} counts from 1 in the file; {@code input} is the consumer's to keep. */
    void accept(long line, double[] input);
  }

  /**
   * Reads patient after patient.
   *
   * @throws DataException naming file, line and column; what was read before has been handed on
   */
  public static void forEach(
      Path table, Preprocessor preprocessor, TableLimits limits, InputConsumer consumer) {
    try (InputStream in = Files.newInputStream(table);
        var lines = new DelimitedReader(in, table.toString(), FORMAT, limits)) {
      List<String> header = lines.next().map(DelimitedReader.Line::cells).orElseGet(List::of);
      requireColumns(table, header, preprocessor);
      int rows = 0;
      for (var line = lines.next(); line.isPresent(); line = lines.next()) {
        String where = table + ":" + line.get().number();
        if (++rows > limits.maxRows()) {
          throw new DataException(where, "too many rows", "Split the table, or raise the limit");
        }
        double[] input = preprocessor.transform(cells(header, line.get(), where), where + ", ");
        consumer.accept(line.get().number(), input);
      }
    } catch (IOException e) {
      throw new DataException(
          table.toString(), "the table cannot be read", "Check the path and its rights", e);
    }
  }

  private static void requireColumns(Path table, List<String> header, Preprocessor preprocessor) {
    if (new HashSet<>(header).size() != header.size()) {
      throw new DataException(table + " header", "a column stands twice", "Rename one of the two");
    }
    for (Column source : preprocessor.sources()) {
      if (!header.contains(source.name())) {
        throw new DataException(
            table + " header",
            "the model needs the column " + source.name(),
            NearestKey.hint(source.name(), header));
      }
    }
  }

  private static Map<String, String> cells(
      List<String> header, DelimitedReader.Line line, String where) {
    if (line.cells().size() != header.size()) {
      throw new DataException(
          where,
          "the line has " + line.cells().size() + " cells, the header " + header.size(),
          "Quote cells that hold a comma");
    }
    Map<String, String> cells = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      cells.put(header.get(i), line.cells().get(i));
    }
    return cells;
  }
}
