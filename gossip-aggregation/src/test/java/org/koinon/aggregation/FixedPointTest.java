package org.koinon.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.testkit.Seeded;

class FixedPointTest {
  private static final List<Double> METRICS = List.of(0.5, -0.25);
  private static final Weight WHOLE = new Weight(1, 1);

  private static long[] encode(TensorSpec tensor, Weight weight, double... update) {
    VectorSpec spec = Studies.spec(32, tensor);
    Words words = FixedPoint.encode(spec, weight, RealVector.of(update), METRICS).model();
    long[] numbers = new long[words.count()];
    words.read(0, numbers, numbers.length);
    return numbers;
  }

  @Test
  void halves_are_rounded_to_even() {
    TensorSpec tensor = Studies.tensor("t", 6, "8", "0", 0);

    assertThat(encode(tensor, WHOLE, 0.5, 1.5, 2.5, -0.5, -1.5, 2.4999))
        .containsExactly(0, 2, 2, 0, -2, 2);
  }

  @Test
  void coordinates_are_clamped_to_the_clip_and_the_weight_shrinks_the_bound() {
    TensorSpec tensor = Studies.tensor("t", 3, "1.75", "0", 4);

    assertThat(encode(tensor, WHOLE, 100, -1.75, 1.7)).containsExactly(28, -28, 27);
    assertThat(encode(tensor, new Weight(3, 8), 100, -1e300 / 1e200, 0.1))
        .containsExactly(10, -10, 1);
  }

  @Test
  void a_tensor_beyond_its_norm_is_scaled_as_a_whole() {
    TensorSpec tensor = Studies.tensor("t", 2, "8", "2.5", 10);

    assertThat(encode(tensor, WHOLE, 3, -4)).containsExactly(1536, -2048);
    assertThat(encode(tensor, WHOLE, 1.5, -2)).containsExactly(1536, -2048);
  }

  @Seeded
  void no_word_exceeds_the_bound_of_its_weight(long seed) {
    Random random = new Random(seed);
    VectorSpec spec = Studies.spec(random);
    Weight weight = Studies.weight(random);

    Words words = FixedPoint.encode(spec, weight, Studies.update(spec, random), METRICS).model();

    int at = 0;
    for (TensorSpec tensor : spec.tensors()) {
      double most = weight.value() * tensor.clip().toDouble() * Math.pow(2, tensor.fractionBits());
      for (int i = 0; i < tensor.elements(); i++) {
        assertThat(Math.abs(words.signed(at++))).isLessThanOrEqualTo((long) Math.floor(most));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e200})
  void numbers_that_are_not_finite_are_refused_with_their_tensor_and_place(double number) {
    VectorSpec spec =
        Studies.spec(
            32, Studies.tensor("first", 2, "1", "0", 8), Studies.tensor("second", 3, "1", "1", 8));

    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(
            () -> FixedPoint.encode(spec, WHOLE, RealVector.of(0, 0, 0, 0, number), METRICS))
        .withMessageContaining("tensor second: number 2");
    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(
            () -> FixedPoint.encode(spec, WHOLE, RealVector.of(0, number, 0, 0, 0), METRICS))
        .withMessageContaining("tensor first: number 1");
  }

  @Test
  void the_second_block_holds_the_weight_and_the_weighted_metrics() {
    VectorSpec spec = Studies.spec(32, Studies.tensor("t", 1, "1", "0", 8));

    Words block = FixedPoint.encode(spec, new Weight(1, 4), RealVector.of(0), METRICS).metrics();

    assertThat(block.wordBits()).isEqualTo(64);
    assertThat(List.of(block.signed(0), block.signed(1), block.signed(2)))
        .containsExactly(1L << 28, 1L << 27, -(1L << 26));
  }

  @Test
  void metrics_that_are_missing_or_out_of_range_are_refused() {
    VectorSpec spec = Studies.spec(32, Studies.tensor("t", 1, "1", "0", 8));

    for (double metric : new double[] {1.0000001, -2, Double.NaN}) {
      assertThatExceptionOfType(EncodingException.class)
          .isThrownBy(() -> FixedPoint.encode(spec, WHOLE, RealVector.of(0), List.of(0.5, metric)))
          .withMessageContaining("metric loss");
    }
    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> FixedPoint.encode(spec, WHOLE, RealVector.of(0), List.of(0.5)))
        .withMessageContaining("1 metrics");
  }

  @Test
  void an_update_of_the_wrong_size_is_refused() {
    VectorSpec spec = Studies.spec(32, Studies.tensor("t", 2, "1", "0", 8));

    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> FixedPoint.encode(spec, WHOLE, RealVector.of(0), METRICS))
        .withMessageContaining("1 numbers for a vector of 2");
  }

  @Test
  void a_clip_that_the_words_cannot_hold_is_refused() {
    VectorSpec spec = Studies.spec(16, Studies.tensor("t", 1, "1", "0", 14));

    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> FixedPoint.encode(spec, WHOLE, RealVector.of(0), METRICS))
        .withMessageContaining("tensor t");
  }

  @Test
  void a_weight_too_small_for_its_word_is_refused() {
    VectorSpec spec = Studies.spec(32, Studies.tensor("t", 1, "1", "0", 8));
    Weight tiny = new Weight(1, 1L << 40);

    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> FixedPoint.encode(spec, tiny, RealVector.of(0), METRICS))
        .withMessageContaining("weight vanishes");
  }

  @Test
  void the_weight_follows_the_studys_mode() {
    assertThat(Weight.of(WeightMode.PUBLIC, 750, 1000).value()).isEqualTo(0.75);
    assertThat(Weight.of(WeightMode.MASKED, 750, 1000).value()).isEqualTo(0.75);
    assertThat(Weight.of(WeightMode.BUCKET, 750, 1000).value()).isEqualTo(0.512);
    assertThat(Weight.of(WeightMode.UNIFORM, 750, 1000).value()).isEqualTo(1);
    assertThat(new Weight(750, 1000)).hasToString("[weight]");
  }

  @Test
  void more_rows_than_the_cap_or_none_are_refused() {
    for (WeightMode mode : WeightMode.values()) {
      assertThatExceptionOfType(EncodingException.class)
          .isThrownBy(() -> Weight.of(mode, 1001, 1000))
          .withMessageContaining("1 to 1000 rows");
      assertThatExceptionOfType(EncodingException.class).isThrownBy(() -> Weight.of(mode, 0, 1000));
    }
  }
}
