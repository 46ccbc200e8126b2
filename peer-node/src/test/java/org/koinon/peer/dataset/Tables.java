package org.koinon.peer.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small tables and schemas written by hand. */
final class Tables {
  static final String SCHEMA =
      """
      name: small
      columns:
        - {name: age, kind: numeric, type: integer, range: [0, 100]}
        - {name: chol, kind: numeric, range: [0, 500], missing: ["0"]}
        - {name: pain, kind: category, categories: [1, 2, 3]}
        - {name: note, kind: ignore}
        - {name: sick, kind: category, categories: [no, yes]}
      label: {column: sick, positive: [yes]}
      """;
  static final String HEADER = "age,chol,pain,note,sick\n";

  private Tables() {}

  static TableSchema schema() {
    return TableSchema.parse(SCHEMA, "small.yaml");
  }

  static TableSchema schema(String more) {
    return TableSchema.parse(SCHEMA + more, "small.yaml");
  }

  static HospitalDataset open(Path folder, TableSchema schema, String text) {
    return HospitalDataset.open(DatasetSource.of(write(folder, "table.csv", text), schema));
  }

  static Cohort train(Path folder, TableSchema schema, String text) {
    return open(folder, schema, text).cohort(Fold.TRAIN, id -> true);
  }

  static Path write(Path folder, String name, String text) {
    return write(folder, name, text, StandardCharsets.UTF_8);
  }

  static Path write(Path folder, String name, String text, Charset charset) {
    try {
      return Files.write(folder.resolve(name), text.getBytes(charset));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
