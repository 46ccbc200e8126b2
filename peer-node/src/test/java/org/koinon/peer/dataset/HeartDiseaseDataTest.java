package org.koinon.peer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ready-made schema on the four real UCI files, against FLamby's features and split. */
@Tag("data")
class HeartDiseaseDataTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("koinon.data"), "fed-heart-disease");
  private static final List<String> SITES = List.of("cleveland", "hungarian", "switzerland", "va");
  private static final TableSchema SCHEMA = TableSchema.named("heart-disease");

  private static HospitalDataset open(String site, TableSchema schema) {
    return HospitalDataset.open(
        DatasetSource.of(FOLDER.resolve("processed." + site + ".data"), schema).forSite(site));
  }

  @Test
  void each_site_has_flambys_rows_and_positives_per_fold() {
    int[][] expected = {{199, 91, 104, 48}, {172, 65, 89, 33}, {30, 30, 16, 15}, {85, 66, 45, 35}};
    for (int i = 0; i < SITES.size(); i++) {
      HospitalDataset dataset = open(SITES.get(i), SCHEMA);
      Cohort train = dataset.cohort(Fold.TRAIN, id -> true);
      Cohort test = dataset.cohort(Fold.TEST, id -> true);
      assertThat(new int[] {train.size(), train.positives(), test.size(), test.positives()})
          .as(SITES.get(i))
          .isEqualTo(expected[i]);
    }
  }

  @Test
  void features_equal_flambys_row_by_row() throws IOException {
    List<String> lines = Files.readAllLines(FOLDER.resolve("flamby_features.csv"));
    List<String> header = List.of(lines.getFirst().split(",", -1));
    Map<String, List<double[]>> expected = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",", -1);
      double[] values = new double[14];
      for (int i = 0; i < values.length; i++) {
        values[i] = Double.parseDouble(cells[3 + i]);
      }
      String key = SITES.get(Integer.parseInt(cells[0])) + " " + cells[2];
      expected.computeIfAbsent(key, k -> new ArrayList<>()).add(values);
    }
    int compared = 0;
    for (String site : SITES) {
      HospitalDataset dataset = open(site, SCHEMA);
      Preprocessor raw =
          Preprocessor.fit(dataset.cohort(Fold.TRAIN, id -> true), Standardisation.NONE);
      assertThat(raw.names()).isEqualTo(header.subList(3, 16));
      for (Fold fold : List.of(Fold.TRAIN, Fold.TEST)) {
        DesignMatrix matrix = dataset.cohort(fold, id -> true).design(raw);
        String part = fold == Fold.TRAIN ? " train" : " test";
        List<double[]> rows = expected.getOrDefault(site + part, List.of());
        assertThat(matrix.rows()).isEqualTo(rows.size());
        for (int r = 0; r < rows.size(); r++) {
          for (int c = 0; c < 13; c++) {
            assertThat(matrix.value(r, c)).isEqualTo(rows.get(r)[c]);
          }
          assertThat(matrix.positive(r)).isEqualTo(rows.get(r)[13] == 1);
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(740);
  }

  @Test
  void cholesterol_0_is_kept_as_flamby_does_or_read_as_a_gap() {
    List<String> without =
        SCHEMA.rows().dropMissingIn().stream().filter(c -> !c.equals("chol")).toList();
    TableSchema gaps =
        SCHEMA
            .withMissing("chol", List.of("0"))
            .withRows(new RowRule(without, List.of(), SCHEMA.rows().minimum()));
    assertThat(open("switzerland", SCHEMA).rows()).isEqualTo(46);
    Cohort swiss = open("switzerland", gaps).cohort(Fold.TRAIN, id -> true);
    assertThat(swiss.size()).isEqualTo(30);
    assertThat(swiss.warnings())
        .extracting(DataWarning::kind)
        .contains(DataWarning.Kind.ONE_CLASS, DataWarning.Kind.EMPTY_COLUMN);
    assertThatThrownBy(() -> Preprocessor.fit(swiss, Standardisation.LOCAL))
        .hasMessageContaining("column chol");
    double[] sums = new double[StatisticsVector.names(gaps).size()];
    for (String site : SITES) {
      StatisticsVector vector =
          StatisticsVector.of(open(site, gaps).cohort(Fold.TRAIN, id -> true));
      assertThat(vector.clamped()).as(site).isZero();
      double[] values = vector.values();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
    }
    Preprocessor federated = Preprocessor.from(gaps, sums);
    DesignMatrix matrix = swiss.design(federated);
    for (int r = 0; r < matrix.rows(); r++) {
      assertThat(matrix.value(r, 3)).isZero();
    }
    assertThat(federated.features().get(3).mean()).isBetween(230.0, 260.0);
  }
}
