package org.koinon.peer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableSchemaTest {
  @Test
  void features_default_to_every_column_that_is_neither_ignored_nor_a_role() {
    assertThat(Tables.schema().features()).containsExactly("age", "chol", "pain");
    assertThat(Tables.schema().format()).isEqualTo(CsvFormat.DEFAULT);
    assertThat(Tables.schema().rows().minimum()).isEqualTo(2);
  }

  @Test
  void an_unknown_key_is_an_error_that_names_the_line_and_the_nearest_right_key() {
    assertThatThrownBy(() -> Tables.schema("record_ids: note\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("small.yaml:9")
        .hasMessageContaining("unknown key record_ids")
        .hasMessageContaining("Did you mean record_id?");
  }

  @Test
  void an_unknown_key_inside_a_column_is_named_too() {
    String typo = Tables.SCHEMA.replace("range: [0, 100]", "rnage: [0, 100]");
    assertThatThrownBy(() -> TableSchema.parse(typo, "s.yaml"))
        .hasMessageContaining("s.yaml:3")
        .hasMessageContaining("unknown key rnage")
        .hasMessageContaining("Did you mean range?");
  }

  @Test
  void a_key_that_stands_twice_is_an_error() {
    assertThatThrownBy(() -> Tables.schema("name: again\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("small.yaml:9");
  }

  @Test
  void an_unknown_kind_is_an_error_at_its_line() {
    String odd = Tables.SCHEMA.replace("kind: ignore", "kind: text");
    assertThatThrownBy(() -> TableSchema.parse(odd, "s.yaml"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("s.yaml:6");
  }

  @Test
  void an_empty_schema_is_an_error() {
    assertThatThrownBy(() -> TableSchema.parse("", "s.yaml")).isInstanceOf(DataException.class);
  }

  @Test
  void contradictions_are_named() {
    refused("features: [age, blood]\n", "there is no column blood");
    refused("features: [age, agee]\n", "Did you mean age?");
    refused("features: [age, sick]\n", "feature sick is the label");
    refused("features: [age, note]\n", "has kind ignore");
    refused("features: [age, age]\n", "none stands twice");
    refused("rows: {keep: [\"age ~ 3\"]}\n", "rows.keep: 'age ~ 3'");
    refused("rows: {keep: [\"pain > 1\"]}\n", "does not allow it");
    refused("rows: {keep: [\"agee > 1\"]}\n", "there is no column agee");
    refused("rows: {drop_missing_in: [weight]}\n", "there is no column weight");
    refused("rows: {minimum: 1}\n", "rows.minimum is at least 2");
    refused("fold: {column: note, file: f.csv}\n", "not both");
    refused("fold: {file: ../f.csv}\n", "plain file name");
    refused("format: {delimiter: \";;\"}\n", "delimiter is one character");
  }

  private static void refused(String more, String words) {
    assertThatThrownBy(() -> Tables.schema(more))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("small.yaml")
        .hasMessageContaining(words);
  }

  @Test
  void contradictions_inside_a_column_are_named() {
    for (var change :
        List.of(
            List.of("range: [0, 100]", "range: [9, 1]", "lowest below highest"),
            List.of("categories: [1, 2, 3]", "categories: [1]", "at least two categories"),
            List.of("categories: [1, 2, 3]", "categories: [1, 1.0]", "a category twice"),
            List.of("kind: ignore", "kind: ignore, categories: [1, 2]", "kind must be category"),
            List.of("positive: [yes]", "positive: [maybe]", "which is no category of sick"),
            List.of("column: sick", "column: age", "must be of kind category"),
            List.of("name: chol", "name: age", "stands twice"))) {
      String changed = Tables.SCHEMA.replace(change.get(0), change.get(1));
      assertThatThrownBy(() -> TableSchema.parse(changed, "s.yaml"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(change.get(2));
    }
  }

  @Test
  void the_digest_follows_the_meaning_and_not_the_layout() {
    TableSchema spaced = TableSchema.parse("# a comment\n" + Tables.SCHEMA + "\n\n", "other.yaml");
    assertThat(spaced.digest()).isEqualTo(Tables.schema().digest()).hasSize(32);
    assertThat(Tables.schema("levels: all\n").digest()).isNotEqualTo(Tables.schema().digest());
    assertThat(Tables.schema().withMissing("age", List.of("99")).digest())
        .isNotEqualTo(Tables.schema().digest());
  }

  @Test
  void ready_made_schemas_read_and_a_wrong_name_is_said() {
    assertThat(TableSchema.named("heart-disease").columns()).hasSize(14);
    assertThat(TableSchema.named("synthetic-heart").features())
        .isEqualTo(TableSchema.named("heart-disease").features());
    assertThatThrownBy(() -> TableSchema.named("heart"))
        .hasMessageContaining("no ready-made schema");
  }

  @Test
  void a_missing_schema_file_is_said(@TempDir Path folder) {
    assertThatThrownBy(() -> TableSchema.read(folder.resolve("none.yaml")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none.yaml");
  }
}
