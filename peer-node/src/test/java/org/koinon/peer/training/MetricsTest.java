package org.koinon.peer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.koinon.testkit.Seeded;

class MetricsTest {
  @Test
  void a_worked_example() {
    var metrics =
        Metrics.of(new double[] {0.1, 0.4, 0.35, 0.8}, new boolean[] {false, false, true, true});
    assertThat(metrics.auc()).hasValue(0.75);
    assertThat(metrics.accuracy()).hasValue(0.75);
    assertThat(metrics.brier().orElseThrow())
        .isCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, within(1e-15));
    assertThat(metrics.logLoss().orElseThrow())
        .isCloseTo(
            -(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4, within(1e-15));
  }

  @Test
  void ties_count_half_and_one_half_is_a_positive_answer() {
    var metrics = Metrics.of(new double[] {0.5, 0.5, 0.5}, new boolean[] {true, false, true});
    assertThat(metrics.auc()).hasValue(0.5);
    assertThat(metrics.correct()).isEqualTo(2);
  }

  @Test
  void one_class_has_an_accuracy_and_no_auc_and_certainty_is_clipped() {
    var metrics = Metrics.of(new double[] {0, 1}, new boolean[] {true, true});
    assertThat(metrics.auc()).isEmpty();
    assertThat(metrics.accuracy()).hasValue(0.5);
    assertThat(metrics.logLossSum()).isCloseTo(-Math.log(1e-15), within(1e-9));
    assertThat(Metrics.NONE.accuracy()).isEmpty();
    assertThatThrownBy(() -> Metrics.of(new double[] {Double.NaN}, new boolean[] {true}))
        .hasMessageContaining("Not a probability");
  }

  @Seeded
  void auc_is_the_share_of_pairs_in_the_right_order(long seed) {
    var random = new SplittableRandom(seed);
    int n = 1 + random.nextInt(40);
    double[] p = random.doubles(n).map(x -> Math.rint(x * 10) / 10).toArray();
    boolean[] y = new boolean[n];
    for (int i = 0; i < n; i++) {
      y[i] = random.nextBoolean();
    }
    double right = 0;
    long pairs = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (y[i] && !y[j]) {
          pairs++;
          right += p[i] > p[j] ? 1 : p[i] == p[j] ? 0.5 : 0;
        }
      }
    }
    var metrics = Metrics.of(p, y);
    assertThat(metrics.pairs()).isEqualTo(pairs);
    assertThat(metrics.concordant()).isEqualTo(right);
  }

  @Seeded
  void sums_over_sites_are_the_pooled_figures(long seed) {
    var random = new SplittableRandom(seed);
    double[] p = random.doubles(30).toArray();
    boolean[] y = new boolean[30];
    for (int i = 0; i < 30; i++) {
      y[i] = random.nextDouble() < p[i];
    }
    var pooled = Metrics.of(p, y);
    var sum =
        Metrics.of(Arrays.copyOf(p, 11), Arrays.copyOf(y, 11))
            .plus(Metrics.of(Arrays.copyOfRange(p, 11, 30), Arrays.copyOfRange(y, 11, 30)));
    assertThat(sum.accuracy()).isEqualTo(pooled.accuracy());
    assertThat(sum.positives()).isEqualTo(pooled.positives());
    assertThat(sum.logLossSum()).isCloseTo(pooled.logLossSum(), within(1e-9));
    assertThat(sum.brierSum()).isCloseTo(pooled.brierSum(), within(1e-9));
    assertThat(sum.pairs()).isLessThanOrEqualTo(pooled.pairs());
  }
}
