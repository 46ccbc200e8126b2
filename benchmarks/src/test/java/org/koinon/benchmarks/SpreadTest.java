package org.koinon.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void the_deviation_divides_by_one_less_than_the_figures() {
    Spread spread = Spread.of(List.of(2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0));

    assertThat(spread.mean()).isEqualTo(5);
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(32.0 / 7), within(1e-15));
    assertThat(spread).hasToString("5.0000 ± 2.1381");
  }

  @Test
  void one_figure_has_no_deviation() {
    assertThat(Spread.of(List.of(0.5))).isEqualTo(new Spread(0.5, 0));
  }

  @Test
  void no_figure_is_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
  }
}
