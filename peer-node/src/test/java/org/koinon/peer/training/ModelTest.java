package org.koinon.peer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.testkit.Seeded;

class ModelTest {
  private static final Architecture LOGISTIC = new Architecture.Logistic();
  private static final Architecture MLP = new Architecture.Mlp(List.of(3, 2));

  @Test
  void tensors_are_named_and_shaped_layer_after_layer() {
    assertThat(LOGISTIC.shapes(13))
        .containsExactly(
            new TensorShape("linear0.weight", List.of(1, 13)),
            new TensorShape("linear0.bias", List.of(1)));
    assertThat(MLP.shapes(4))
        .extracting(TensorShape::dimensions)
        .containsExactly(
            List.of(3, 4), List.of(3), List.of(2, 3), List.of(2), List.of(1, 2), List.of(1));
  }

  @Seeded(cases = 20)
  void initial_parameters_follow_the_seed_and_stay_within_their_bound(long seed) {
    ParameterSet initial = MLP.initial(4, seed);
    assertThat(initial).isEqualTo(MLP.initial(4, seed)).isNotEqualTo(MLP.initial(4, seed + 1));
    for (TensorShape shape : initial.shapes()) {
      int fanIn =
          shape.name().startsWith("linear0") ? 4 : shape.name().startsWith("linear1") ? 3 : 2;
      for (float value : initial.values(shape)) {
        assertThat(Math.abs(value)).isLessThanOrEqualTo((float) (1 / Math.sqrt(fanIn)));
      }
    }
  }

  @Test
  void initial_parameters_are_pinned() {
    assertThat(LOGISTIC.initial(2, 42).values())
        .containsExactly(0.34162432f, -0.48095933f, -0.3131053f);
  }

  @Test
  void logistic_probability_is_the_sigmoid_of_the_weighted_sum() {
    Model model =
        Model.of(LOGISTIC, ParameterSet.of(LOGISTIC.shapes(2), new float[] {0.5f, -2f, 0.25f}));
    assertThat(model.probability(new double[] {1, 0.5}))
        .isCloseTo(1 / (1 + Math.exp(0.25)), within(1e-15));
    assertThat(model.probability(new double[] {1e6, 0})).isEqualTo(1);
    assertThat(model.probability(new double[] {-1e6, 0})).isEqualTo(0);
    assertThatThrownBy(() -> model.probability(new double[] {1}))
        .hasMessageContaining("takes 2 features, not 1");
  }

  @Test
  void parameters_of_another_form_are_refused() {
    assertThatThrownBy(() -> Model.of(MLP, LOGISTIC.initial(4, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ParameterSet.of(LOGISTIC.shapes(2), new float[2]))
        .hasMessageContaining("hold 3 numbers, the vector 2");
  }

  @Seeded(cases = 10)
  void the_gradient_is_the_slope_of_the_loss(long seed) {
    for (Architecture architecture : List.of(LOGISTIC, MLP)) {
      DesignMatrix rows = Samples.rows(20, 4, seed);
      ParameterSet at = architecture.initial(4, seed);
      double[] gradient = FullBatchGradient.of(architecture, at, rows).values();
      for (int i = 0; i < gradient.length; i++) {
        // A ReLU may bend close by on one side; on the other the slope is the gradient's.
        double before = slope(architecture, at, i, -1e-4f, rows);
        double behind = slope(architecture, at, i, 1e-4f, rows);
        double off = Math.min(Math.abs(gradient[i] - before), Math.abs(gradient[i] - behind));
        assertThat(off).as("%s, parameter %d", architecture, i).isLessThan(1e-3);
      }
    }
  }

  private static double slope(
      Architecture architecture, ParameterSet at, int index, float step, DesignMatrix rows) {
    float[] moved = at.values();
    moved[index] += step;
    double width = (double) moved[index] - at.values()[index];
    ParameterSet there = ParameterSet.of(at.shapes(), moved);
    return (FullBatchGradient.of(architecture, there, rows).loss()
            - FullBatchGradient.of(architecture, at, rows).loss())
        / width;
  }

  @Test
  void parameter_sets_are_immutable_subtract_and_hide_their_numbers() {
    float[] values = {1, 2, 3};
    ParameterSet set = ParameterSet.of(LOGISTIC.shapes(2), values);
    values[0] = 9;
    set.values()[1] = 9;
    assertThat(set.values()).containsExactly(1, 2, 3);
    assertThat(set.values(set.shapes().get(1))).containsExactly(3);
    assertThat(set.minus(set).values()).containsOnly(0);
    assertThat(set.toString()).isEqualTo("ParameterSet[2 tensors, 3 numbers]");
    assertThat(ParameterSet.of(set.shapes(), new float[] {1, Float.NaN, 2}).isFinite()).isFalse();
  }
}
