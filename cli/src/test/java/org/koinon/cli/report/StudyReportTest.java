package org.koinon.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.koinon.peer.training.Metrics;

class StudyReportTest {
  @Test
  void an_auc_that_hangs_on_four_patients_is_not_told() {
    assertThat(StudyReport.telling(judged(30, 4)))
        .containsKeys("accuracy")
        .doesNotContainKey("auc");
    assertThat(StudyReport.telling(judged(4, 30))).doesNotContainKey("auc");
  }

  @Test
  void an_auc_over_five_of_either_class_is_told() {
    assertThat(StudyReport.telling(judged(5, 5))).containsEntry("auc", 1.0);
  }

  @Test
  void no_row_tells_nothing() {
    assertThat(StudyReport.telling(Metrics.NONE)).isEmpty();
  }

  private static Metrics judged(int positives, int negatives) {
    double[] probabilities = new double[positives + negatives];
    boolean[] labels = new boolean[positives + negatives];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i < positives;
      probabilities[i] = labels[i] ? 0.9 : 0.1;
    }
    return Metrics.of(probabilities, labels);
  }
}
