package org.koinon.peer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.testkit.Seeded;

class BatchOrderTest {
  @Seeded
  void every_epoch_shows_each_row_once_in_full_batches_but_the_last(long seed) {
    var random = new SplittableRandom(seed);
    int rows = 1 + random.nextInt(50);
    int batch = 1 + random.nextInt(10);
    var order = new BatchOrder(rows, batch, seed);
    List<Integer> seen = new ArrayList<>();
    for (long u = order.batchesPerEpoch(); u < 2 * order.batchesPerEpoch(); u++) {
      int[] chosen = order.batch(u);
      boolean last = u == 2 * order.batchesPerEpoch() - 1;
      assertThat(chosen.length).isLessThanOrEqualTo(batch).isPositive();
      assertThat(last || chosen.length == batch).isTrue();
      IntStream.of(chosen).forEach(seen::add);
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).boxed().toList());
  }

  @Seeded(cases = 20)
  void a_batch_depends_on_seed_and_number_alone(long seed) {
    var forward = new BatchOrder(37, 4, seed);
    var jumping = new BatchOrder(37, 4, seed);
    for (long u : new long[] {57, 3, 1_000_003, 0, 9, 10}) {
      assertThat(jumping.batch(u)).isEqualTo(new BatchOrder(37, 4, seed).batch(u));
    }
    assertThat(forward.batch(0)).isNotEqualTo(forward.batch(10));
  }

  @Test
  void epochs_and_updates_count_the_same_work() {
    assertThat(new Effort.Epochs(3).updates(10)).isEqualTo(30);
    assertThat(new Effort.Updates(7).updates(10)).isEqualTo(7);
    assertThatThrownBy(() -> new Effort.Epochs(Effort.MAX_UPDATES).updates(2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Effort.Updates(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void impossible_plans_are_refused() {
    assertThatThrownBy(() -> new LocalOptimiser.Sgd(Double.NaN)).hasMessageContaining("positive");
    assertThatThrownBy(() -> new TrainingPlan.Penalty(-1, 0)).hasMessageContaining("not negative");
    assertThatThrownBy(() -> new Architecture.Mlp(List.of())).hasMessageContaining("hidden");
    assertThatThrownBy(() -> new BatchOrder(0, 4, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
