package org.koinon.peer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.testkit.Seeded;

class SyntheticCohortTest {
  @TempDir Path folder;

  @Seeded(cases = 5)
  void every_site_reads_by_its_schema_and_can_be_trained_and_tested_on(long seed) {
    List<Path> files = new SyntheticCohort(5, seed).write(folder);
    assertThat(files).hasSize(5);
    double[] sums = new double[StatisticsVector.names(SyntheticCohort.schema()).size()];
    List<Cohort> cohorts = new ArrayList<>();
    for (Path file : files) {
      assertThat(file.getFileName().toString()).startsWith("synthetic-");
      var dataset = HospitalDataset.open(DatasetSource.of(file, SyntheticCohort.schema()));
      Cohort train = dataset.cohort(Fold.TRAIN, id -> true);
      cohorts.add(train);
      double[] values = StatisticsVector.of(train).values();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
      assertThat(dataset.cohort(Fold.TEST, id -> true).size()).isGreaterThan(10);
    }
    Preprocessor preprocessor = Preprocessor.from(SyntheticCohort.schema(), sums);
    assertThat(preprocessor.names())
        .containsExactly(
            "age",
            "sex",
            "trestbps",
            "chol",
            "fbs",
            "thalach",
            "exang",
            "oldpeak",
            "cp_2",
            "cp_3",
            "cp_4",
            "restecg_1",
            "restecg_2");
    for (Cohort cohort : cohorts) {
      assertThat(cohort.design(preprocessor).rows()).isEqualTo(cohort.size());
    }
  }

  @Test
  void the_third_site_never_measured_cholesterol_and_has_almost_one_class() {
    Path third = new SyntheticCohort(3, 1).write(folder).get(2);
    Cohort cohort =
        HospitalDataset.open(DatasetSource.of(third, SyntheticCohort.schema()))
            .cohort(Fold.TRAIN, id -> true);
    assertThat(cohort.warnings())
        .anyMatch(w -> w.kind() == DataWarning.Kind.EMPTY_COLUMN && w.subject().equals("chol"));
    assertThat(cohort.positives()).isGreaterThan(cohort.size() * 9 / 10);
  }

  @Test
  void gaps_shares_and_means_follow_the_aggregates() {
    List<Path> files = new SyntheticCohort(4, 2).write(folder);
    Cohort first =
        HospitalDataset.open(DatasetSource.of(files.get(0), SyntheticCohort.schema()))
            .cohort(Fold.TRAIN, id -> true);
    DesignMatrix matrix = first.design(Preprocessor.fit(first, Standardisation.NONE));
    double age = 0;
    for (int r = 0; r < matrix.rows(); r++) {
      age += matrix.value(r, 0) / matrix.rows();
    }
    assertThat(age).isBetween(52.0, 57.0);
    assertThat((double) first.positives() / first.size()).isBetween(0.34, 0.58);
    assertThat(new SyntheticCohort(4, 2).text(3)).contains(",?,");
  }

  @Test
  void equal_seeds_give_equal_bytes_and_every_file_says_what_it_is() throws IOException {
    assertThat(new SyntheticCohort(16, 9).text(15)).isEqualTo(new SyntheticCohort(16, 9).text(15));
    assertThat(new SyntheticCohort(16, 9).text(15))
        .isNotEqualTo(new SyntheticCohort(16, 8).text(15))
        .startsWith("# SYNTHETIC");
    new SyntheticCohort(3, 9).write(folder);
    try (var files = Files.list(folder)) {
      assertThat(files.toList()).hasSize(3);
    }
  }

  @Test
  void a_file_that_is_not_synthetic_is_never_overwritten() throws IOException {
    Path real = Files.writeString(folder.resolve("synthetic-hospital-01.csv"), "age\n60\n");
    assertThatThrownBy(() -> new SyntheticCohort(3, 1).write(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("not synthetic");
    assertThat(Files.readString(real)).isEqualTo("age\n60\n");
    assertThatThrownBy(() -> new SyntheticCohort(2, 1)).hasMessageContaining("3 to 16");
  }
}
