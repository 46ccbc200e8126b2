package org.koinon.peer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HospitalDatasetTest {
  private static final String ROWS = "60,200,1,a,yes\n40,180.5,2,b,no\n";

  @TempDir Path folder;

  private HospitalDataset open(String text) {
    return Tables.open(folder, Tables.schema(), text);
  }

  private void refused(String text, String... words) {
    assertThatThrownBy(() -> open(text))
        .isInstanceOf(DataException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void a_plain_table_is_read() {
    HospitalDataset dataset = open(Tables.HEADER + ROWS);
    assertThat(dataset.rows()).isEqualTo(2);
    Cohort cohort = dataset.cohort(Fold.TRAIN, id -> true);
    assertThat(cohort.size()).isEqualTo(2);
    assertThat(cohort.positives()).isEqualTo(1);
    assertThat(cohort.recordIds()).containsExactly(new RecordId("0"), new RecordId("1"));
  }

  @Test
  void a_byte_order_mark_crlf_spaces_and_quotes_are_read() {
    HospitalDataset dataset =
        open(
            "\uFEFFage,chol,pain,note,sick\r\n 60 , 200,1,\"a, \"\"b\"\"\",\"yes\"\r\n40,1,2,,no\r\n\r\n");
    assertThat(dataset.rows()).isEqualTo(2);
  }

  @Test
  void columns_are_found_by_the_header_in_any_order() {
    Cohort cohort =
        open("sick,note,pain,chol,age\nyes,a,1,200,60\nno,b,2,180,40\n")
            .cohort(Fold.TRAIN, id -> true);
    var matrix = cohort.design(Preprocessor.fit(cohort, Standardisation.NONE));
    assertThat(matrix.value(0, 0)).isEqualTo(60);
    assertThat(matrix.positive(0)).isTrue();
  }

  @Test
  void a_missing_file_is_said() {
    assertThatThrownBy(
            () ->
                HospitalDataset.open(DatasetSource.of(folder.resolve("none.csv"), Tables.schema())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none.csv: there is no such file");
  }

  @Test
  void a_folder_instead_of_a_file_is_said() {
    assertThatThrownBy(() -> HospitalDataset.open(DatasetSource.of(folder, Tables.schema())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void headers_are_held_against_the_schema() {
    refused("age,chol,pain,sick\n", "the column note is missing");
    refused("age,chol,pain,note,sick,bmi\n", "no column bmi", "kind: ignore");
    refused("age,kol,pain,note,sick\n", "no column kol", "Did you mean chol?");
    refused("age,age,chol,pain,note,sick\n", "a column stands twice");
  }

  @Test
  void a_cell_that_does_not_fit_is_named_by_line_and_column_and_never_quoted() {
    String bad = Tables.HEADER + ROWS + "Mrs Smith,200,1,a,yes\n";
    refused(bad, "table.csv:4, column age: a number is expected");
    assertThatThrownBy(() -> open(bad)).message().doesNotContain("Smith");
    refused(Tables.HEADER + "61.5,200,1,a,yes\n", ":2, column age: a whole number", "decimal");
    refused(Tables.HEADER + "61,\"1,5\",1,a,yes\n", ":2, column chol", "decimals take a point");
    refused(Tables.HEADER + "61,0x10,1,a,yes\n", "column chol: a number");
    refused(Tables.HEADER + "61,NaN,1,a,yes\n", "column chol: a number");
    refused(Tables.HEADER + "61,1e999,1,a,yes\n", "column chol: the number is too large");
    refused(Tables.HEADER + "61,5,7,a,yes\n", "column pain: the cell is none of", "[1, 2, 3]");
    refused(Tables.HEADER + "61,5,1,a,?\n", "column sick: the label is missing");
    refused(Tables.HEADER + "61,5,1,yes\n", ":2: the line has 4 cells, the schema 5");
    refused(Tables.HEADER + "61,5,1,\"a,yes\n", ":2, character 8", "does not end on its line");
    refused(Tables.HEADER + "61,5,1,\"a\"b,yes\n", ":2, character 11", "follows a closing quote");
  }

  @Test
  void an_empty_table_is_refused_and_so_is_one_that_loses_every_row() {
    refused(Tables.HEADER, "the table has no data rows");
    refused("", "the column age is missing");
    assertThatThrownBy(
            () ->
                Tables.open(
                    folder, Tables.schema("rows: {keep: [\"age > 90\"]}\n"), Tables.HEADER + ROWS))
        .hasMessageContaining("none of the 2 rows passes");
  }

  @Test
  void wrong_bytes_are_named_by_line_and_byte_and_latin1_is_the_way_out() {
    Path file =
        Tables.write(
            folder,
            "table.csv",
            Tables.HEADER + "60,1,1,caf\u00e9,yes\n50,1,1,x,no\n",
            StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> HospitalDataset.open(DatasetSource.of(file, Tables.schema())))
        .hasMessageContaining("table.csv:2, byte 11: this is not UTF-8")
        .hasMessageContaining("charset: latin1");
    TableSchema latin = Tables.schema("format: {charset: latin1}\n");
    assertThat(HospitalDataset.open(DatasetSource.of(file, latin)).rows()).isEqualTo(2);
  }

  @Test
  void old_line_ends_are_named() {
    refused("age,chol,pain,note,sick\r60,1,1,a,yes\r", "a carriage return stands inside the line");
  }

  @Test
  void limits_hold_before_memory_is_taken() {
    Path file = Tables.write(folder, "table.csv", Tables.HEADER + ROWS.repeat(50));
    limited(file, new TableLimits(200, 1000, 10, 1000), "more than 200 bytes");
    limited(file, new TableLimits(1 << 20, 99, 10, 1000), "more than 99 rows");
    limited(file, new TableLimits(1 << 20, 1000, 4, 1000), "more than 4 cells");
    limited(file, new TableLimits(1 << 20, 1000, 10, 20), "more than 20 bytes");
    assertThat(
            HospitalDataset.open(
                    new DatasetSource(
                        file, Tables.schema(), "", new TableLimits(1 << 20, 100, 5, 30)))
                .rows())
        .isEqualTo(100);
  }

  private static void limited(Path file, TableLimits limits, String words) {
    assertThatThrownBy(
            () -> HospitalDataset.open(new DatasetSource(file, Tables.schema(), "", limits)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(words);
  }

  @Test
  void row_rules_drop_gaps_and_keep_what_compares() {
    String text = Tables.HEADER + ROWS + "70,0,1,c,yes\n?,210,3,d,no\n55,220,1,e,yes\n";
    var dropped = Tables.open(folder, Tables.schema("rows: {drop_missing_in: [chol]}\n"), text);
    assertThat(dropped.recordIds()).extracting(RecordId::value).containsExactly("0", "1", "3", "4");
    var kept =
        Tables.open(
            folder, Tables.schema("rows: {keep: [\"age >= 55\", \"pain == 1.0\"]}\n"), text);
    assertThat(kept.recordIds()).extracting(RecordId::value).containsExactly("0", "2", "4");
    var others = Tables.open(folder, Tables.schema("rows: {keep: [\"pain != 1\"]}\n"), text);
    assertThat(others.recordIds()).extracting(RecordId::value).containsExactly("1", "3");
  }

  @Test
  void a_column_can_name_records_and_folds() {
    String yaml =
        Tables.SCHEMA.replace(
                "columns:",
                "columns:\n  - {name: id, kind: ignore}\n  - {name: part, kind: ignore}")
            + "record_id: id\nfold: {column: part}\n";
    TableSchema schema = TableSchema.parse(yaml, "s.yaml");
    String head = "id,part," + Tables.HEADER;
    String rows = "P1,train,60,200,1,,yes\nP2,test,40,180,2,,no\nP3,train,41,180,2,,no\n";
    HospitalDataset dataset = Tables.open(folder, schema, head + rows);
    assertThat(dataset.cohort(Fold.TRAIN, id -> true).recordIds())
        .containsExactly(new RecordId("P1"), new RecordId("P3"));
    assertThat(dataset.cohort(Fold.TEST, id -> true).size()).isEqualTo(1);
    assertThat(dataset.cohort(Fold.VALIDATION, id -> true).size()).isZero();
    assertThatThrownBy(() -> Tables.open(folder, schema, head + rows + "P1,train,1,1,1,,no\n"))
        .hasMessageContaining("table.csv:5, column id: the record id stands on an earlier line");
    assertThatThrownBy(() -> Tables.open(folder, schema, head + rows + ",train,1,1,1,,no\n"))
        .hasMessageContaining("a record id has 1 to 256 characters");
    assertThatThrownBy(() -> Tables.open(folder, schema, head + rows + "P4,dev,1,1,1,,no\n"))
        .hasMessageContaining("table.csv:5, column part: the fold is none of");
  }

  @Test
  void a_fold_file_serves_several_sites_by_data_line() {
    TableSchema schema = Tables.schema("fold: {file: folds.csv, site: site}\n");
    Path table = Tables.write(folder, "table.csv", Tables.HEADER + ROWS + ROWS);
    Tables.write(
        folder,
        "folds.csv",
        "site,row,fold\na,0,train\na,1,train\na,2,test\nb,0,test\nb,1,train\n");
    var source = DatasetSource.of(table, schema);
    HospitalDataset dataset = HospitalDataset.open(source.forSite("a"));
    assertThat(dataset.recordIds()).extracting(RecordId::value).containsExactly("0", "1", "2");
    assertThat(dataset.cohort(Fold.TEST, id -> true).recordIds())
        .containsExactly(new RecordId("2"));
    assertThatThrownBy(() -> HospitalDataset.open(source)).hasMessageContaining("Name this site");
    assertThatThrownBy(() -> HospitalDataset.open(source.forSite("c")))
        .hasMessageContaining("no line is about the site 'c'");
    Tables.write(folder, "folds.csv", "site,row,fold\na,0,train\na,0,test\n");
    assertThatThrownBy(() -> HospitalDataset.open(source.forSite("a")))
        .hasMessageContaining("folds.csv:3: the row has a fold already");
    Tables.write(folder, "folds.csv", "site,line,fold\na,0,train\n");
    assertThatThrownBy(() -> HospitalDataset.open(source.forSite("a")))
        .hasMessageContaining("folds.csv:1: there is no column row");
  }

  @Test
  void only_records_with_consent_are_selected_and_one_alone_is_never_trained_on() {
    HospitalDataset dataset = open(Tables.HEADER + ROWS + "50,1,3,c,no\n");
    Cohort cohort = dataset.cohort(Fold.TRAIN, id -> !id.value().equals("1"));
    assertThat(cohort.recordIds()).containsExactly(new RecordId("0"), new RecordId("2"));
    assertThatThrownBy(() -> dataset.cohort(Fold.TRAIN, id -> id.value().equals("1")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has 1 rows, 2 are needed")
        .hasMessageContaining("a copy of that patient");
  }

  @Test
  void one_class_and_columns_without_information_are_warnings() {
    Cohort cohort =
        Tables.train(folder, Tables.schema(), Tables.HEADER + "60,0,1,a,yes\n60,0,2,b,yes\n");
    assertThat(cohort.warnings())
        .extracting(DataWarning::kind, DataWarning::subject)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(DataWarning.Kind.ONE_CLASS, "sick"),
            org.assertj.core.groups.Tuple.tuple(DataWarning.Kind.CONSTANT_COLUMN, "age"),
            org.assertj.core.groups.Tuple.tuple(DataWarning.Kind.EMPTY_COLUMN, "chol"));
  }

  @Test
  void a_split_is_seeded_shares_no_row_and_has_its_size() {
    Cohort cohort = Tables.train(folder, Tables.schema(), Tables.HEADER + ROWS.repeat(50));
    Cohort.Split split = cohort.split(20, 7);
    assertThat(split.validation().size()).isEqualTo(20);
    assertThat(split.training().recordIds())
        .hasSize(80)
        .doesNotContainAnyElementsOf(split.validation().recordIds());
    assertThat(cohort.split(20, 7).validation().recordIds())
        .isEqualTo(split.validation().recordIds());
    assertThat(cohort.split(20, 8).validation().recordIds())
        .isNotEqualTo(split.validation().recordIds());
  }

  @Test
  void the_manifest_digest_follows_every_byte_the_schema_and_the_fold_file() {
    byte[] digest = open(Tables.HEADER + ROWS).manifestDigest();
    assertThat(digest).hasSize(32).isEqualTo(open(Tables.HEADER + ROWS).manifestDigest());
    assertThat(open(Tables.HEADER + ROWS + "\n").manifestDigest()).isNotEqualTo(digest);
    assertThat(
            Tables.open(folder, Tables.schema("levels: all\n"), Tables.HEADER + ROWS)
                .manifestDigest())
        .isNotEqualTo(digest);
  }

  @Test
  void nothing_printed_shows_a_patient() {
    HospitalDataset dataset = open(Tables.HEADER + ROWS);
    Cohort cohort = dataset.cohort(Fold.TRAIN, id -> true);
    var matrix = cohort.design(Preprocessor.fit(cohort, Standardisation.NONE));
    assertThat(List.of(dataset, cohort, matrix).toString())
        .isEqualTo(
            "[HospitalDataset[table.csv, 2 rows], Cohort[table.csv, 2 rows], DesignMatrix[2 x 4]]");
  }
}
