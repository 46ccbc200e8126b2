package org.koinon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.koinon.benchmarks.HeartStudy.Published;
import org.koinon.peer.training.Metrics;

class HeartTableTest {
  /** Two hospitals: 3 of 4 right, then 1 of 2. */
  private static final Metrics FIRST = new Metrics(4, 2, 3, 0, 0, 3, 4);

  private static final Metrics SECOND = new Metrics(2, 2, 1, 0, 0, 0, 0);

  private static final HeartScore SCORE =
      new HeartScore(
          List.of(FIRST, SECOND),
          new Metrics(6, 4, 4, 0, 0, 6, 8),
          new Metrics(6, 4, 3, 0, 0, 6, 8));

  @Test
  void hospitals_count_alike_however_many_rows_they_have() {
    assertThat(SCORE.clientAccuracy()).isEqualTo(0.625);
  }

  @Test
  void a_hospital_with_one_class_is_left_out_of_the_mean_auc() {
    assertThat(SCORE.clientAuc()).isEqualTo(0.75);
  }

  @Test
  void a_row_has_our_figures_beside_the_published_ones() {
    String row =
        new HeartTable()
            .scores("A", List.of(SCORE, SCORE), Optional.of(Published.of(.6, .1, .7, .2)))
            .toString();
    assertThat(row)
        .isEqualTo(
            "| A | 0.6250 ± 0.0000 | 0.6000 ± 0.1000 | 0.5000 ± 0.0000 | 0.7000 ± 0.2000"
                + " | 0.6667 ± 0.0000 | 0.7500 ± 0.0000 | 0.7500 ± 0.0000 |\n");
  }

  @Test
  void every_row_has_as_many_cells_as_the_head() {
    HeartTable table = new HeartTable().scoresHead().scores("A", List.of(SCORE), Optional.empty());
    assertThat(table.toString().lines().map(line -> line.chars().filter(c -> c == '|').count()))
        .containsOnly(9L);
  }

  @Test
  void an_auc_that_is_not_defined_is_shown_as_such() {
    assertThat(new HeartTable().hospitals("A", List.of(SCORE)).toString())
        .isEqualTo("| A | 0.750 / 0.750 | 0.500 / - |\n");
  }
}
