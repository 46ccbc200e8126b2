package org.koinon.peer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.testkit.Seeded;
import tools.jackson.databind.json.JsonMapper;

class PreprocessorTest {
  private static final String ROWS =
      """
      40,100,1,,no
      50,0,2,,yes
      60,300,2,,yes
      ?,200,?,,no
      """;

  @TempDir Path folder;

  private Cohort cohort(String more) {
    return Tables.train(folder, Tables.schema(more), Tables.HEADER + ROWS);
  }

  @Test
  void gaps_take_the_mean_and_the_commonest_level() {
    Cohort cohort = cohort("");
    DesignMatrix matrix = cohort.design(Preprocessor.fit(cohort, Standardisation.NONE));
    assertThat(matrix.names()).containsExactly("age", "chol", "pain_2", "pain_3");
    assertThat(row(matrix, 0)).containsExactly(40, 100, 0, 0);
    assertThat(row(matrix, 1)).containsExactly(50, 200, 1, 0);
    assertThat(row(matrix, 3)).containsExactly(50, 200, 1, 0);
  }

  @Test
  void standardisation_is_centred_and_divided_by_sd_with_n_minus_1_plus_epsilon() {
    Cohort cohort = cohort("");
    DesignMatrix matrix = cohort.design(Preprocessor.fit(cohort, Standardisation.LOCAL));
    assertThat(matrix.value(0, 0)).isEqualTo((40 - 50) / (10 + 1e-9));
    assertThat(matrix.value(3, 0)).as("a gap is an average patient").isZero();
    double sd = Math.sqrt((1 + 1 + 4) / 9.0 / 2);
    assertThat(matrix.value(1, 2)).isCloseTo((1 - 2 / 3.0) / (sd + 1e-9), within(1e-12));
    assertThat(matrix.value(0, 3)).as("a constant feature stays near 0").isZero();
  }

  @Test
  void the_first_level_can_be_kept_and_a_gap_can_be_a_level() {
    String yaml =
        Tables.SCHEMA.replace("categories: [1, 2, 3]}", "categories: [1, 2, 3], impute: level}")
            + "levels: all\n";
    Cohort cohort = Tables.train(folder, TableSchema.parse(yaml, "s.yaml"), Tables.HEADER + ROWS);
    DesignMatrix matrix = cohort.design(Preprocessor.fit(cohort, Standardisation.NONE));
    assertThat(matrix.names())
        .containsExactly("age", "chol", "pain_1", "pain_2", "pain_3", "pain_missing");
    assertThat(row(matrix, 3)).containsExactly(50, 200, 0, 0, 0, 1);
    assertThat(row(matrix, 0)).containsExactly(40, 100, 1, 0, 0, 0);
  }

  @Test
  void a_column_without_any_value_is_refused_locally_and_served_by_the_others_federated() {
    String nothing = Tables.HEADER + "40,0,1,,no\n50,0,2,,yes\n";
    Cohort bare = Tables.train(folder, Tables.schema(), nothing);
    assertThatThrownBy(() -> Preprocessor.fit(bare, Standardisation.LOCAL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column chol: no row has a value")
        .hasMessageContaining("federated");
    double[] sums = add(StatisticsVector.of(bare), StatisticsVector.of(cohort("")));
    DesignMatrix matrix = bare.design(Preprocessor.from(Tables.schema(), sums));
    assertThat(matrix.value(0, 1)).isCloseTo(0, within(1e-12));
    assertThatThrownBy(() -> Preprocessor.from(Tables.schema(), StatisticsVector.of(bare).values()))
        .hasMessageContaining("all hospitals, column chol");
  }

  @Test
  void statistics_are_named_bounded_by_rows_and_count_what_they_clamp() {
    assertThat(StatisticsVector.names(Tables.schema()))
        .containsExactly(
            "age/count",
            "age/sum",
            "age/squares",
            "chol/count",
            "chol/sum",
            "chol/squares",
            "pain/1",
            "pain/2",
            "pain/3");
    Cohort cohort =
        Tables.train(folder, Tables.schema(), Tables.HEADER + "130,100,1,,no\n-5,600,2,,yes\n");
    StatisticsVector vector = StatisticsVector.of(cohort);
    assertThat(vector.values()).containsExactly(2, 1, 1, 2, 1.2, 1.04, 1, 1, 0);
    assertThat(vector.clamped()).isEqualTo(3);
  }

  @Test
  void federated_statistics_need_declared_ranges() {
    TableSchema without =
        TableSchema.parse(Tables.SCHEMA.replace(", range: [0, 100]", ""), "s.yaml");
    assertThatThrownBy(() -> StatisticsVector.names(without))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column age")
        .hasMessageContaining("range: [lowest, highest]");
  }

  @Seeded(cases = 20)
  void federated_statistics_of_two_sites_equal_the_fit_on_their_pooled_rows(long seed) {
    var random = new SplittableRandom(seed);
    String first = randomRows(random, 3 + random.nextInt(40));
    String second = randomRows(random, 3 + random.nextInt(40));
    TableSchema schema = Tables.schema();
    Cohort pooled = Tables.train(folder, schema, Tables.HEADER + first + second);
    double[] sums =
        add(
            StatisticsVector.of(Tables.train(folder, schema, Tables.HEADER + first)),
            StatisticsVector.of(Tables.train(folder, schema, Tables.HEADER + second)));
    DesignMatrix federated = pooled.design(Preprocessor.from(schema, sums));
    DesignMatrix local = pooled.design(Preprocessor.fit(pooled, Standardisation.LOCAL));
    for (int r = 0; r < local.rows(); r++) {
      assertThat(row(federated, r)).containsExactly(row(local, r), within(1e-6));
    }
  }

  private static String randomRows(SplittableRandom random, int rows) {
    var text = new StringBuilder("50,250,1,,yes\n");
    for (int i = 0; i < rows; i++) {
      text.append(random.nextInt(10) == 0 ? "?" : Integer.toString(random.nextInt(101)));
      text.append(',').append(random.nextInt(0, 501)).append(',');
      text.append(random.nextInt(10) == 0 ? "?" : Integer.toString(1 + random.nextInt(3)));
      text.append(random.nextBoolean() ? ",,yes\n" : ",,no\n");
    }
    return text.toString();
  }

  @Seeded(cases = 10)
  void it_reads_back_from_json_exactly(long seed) {
    var random = new SplittableRandom(seed);
    Cohort cohort = Tables.train(folder, Tables.schema(), Tables.HEADER + randomRows(random, 30));
    Preprocessor fitted = Preprocessor.fit(cohort, Standardisation.LOCAL);
    var json = JsonMapper.shared();
    String text = json.writeValueAsString(fitted.toMap());
    Map<?, ?> tree = json.readValue(text, Map.class);
    Map<String, Object> copy = new HashMap<>();
    tree.forEach((key, value) -> copy.put((String) key, value));
    Preprocessor read = Preprocessor.fromMap(copy);
    assertThat(read.toMap()).isEqualTo(fitted.toMap());
    assertThat(read.features()).isEqualTo(fitted.features());
    DesignMatrix before = cohort.design(fitted);
    DesignMatrix after = cohort.design(read);
    for (int r = 0; r < before.rows(); r++) {
      assertThat(row(after, r)).containsExactly(row(before, r));
    }
  }

  @Test
  void a_changed_tree_is_refused() {
    Map<String, Object> tree = Preprocessor.fit(cohort(""), Standardisation.LOCAL).toMap();
    Map<String, Object> more = new HashMap<>(tree);
    more.put("extra", "x");
    assertThatThrownBy(() -> Preprocessor.fromMap(more)).isInstanceOf(DataException.class);
    Map<String, Object> gone = new HashMap<>(tree);
    gone.put("sources", List.of());
    assertThatThrownBy(() -> Preprocessor.fromMap(gone))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there is no column age");
  }

  @Test
  void one_patient_is_transformed_from_cells_alone() {
    Cohort cohort = cohort("");
    Preprocessor fitted =
        Preprocessor.fromMap(Preprocessor.fit(cohort, Standardisation.LOCAL).toMap());
    double[] input = fitted.transform(Map.of("age", "50", "chol", "0", "pain", "2.0"));
    assertThat(input).containsExactly(row(cohort.design(fitted), 1));
    assertThatThrownBy(() -> fitted.transform(Map.of("age", "50")))
        .hasMessageContaining("column chol: it is missing");
    assertThatThrownBy(() -> fitted.transform(Map.of("age", "old", "chol", "1", "pain", "1")))
        .hasMessageContaining("column age: a number is expected");
  }

  @Test
  void a_cohort_of_another_schema_is_refused() {
    Preprocessor fitted = Preprocessor.fit(cohort(""), Standardisation.LOCAL);
    TableSchema other =
        TableSchema.parse(Tables.SCHEMA.replace("[1, 2, 3]", "[1, 2, 3, 4]"), "s.yaml");
    Cohort cohort = Tables.train(folder, other, Tables.HEADER + ROWS);
    assertThatThrownBy(() -> cohort.design(fitted))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("column pain");
  }

  private static double[] add(StatisticsVector a, StatisticsVector b) {
    double[] sum = a.values();
    double[] other = b.values();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }

  private static double[] row(DesignMatrix matrix, int row) {
    double[] values = new double[matrix.columns()];
    for (int c = 0; c < values.length; c++) {
      values[c] = matrix.value(row, c);
    }
    return values;
  }
}
