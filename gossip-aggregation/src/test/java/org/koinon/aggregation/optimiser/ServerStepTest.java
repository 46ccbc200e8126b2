package org.koinon.aggregation.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koinon.aggregation.model.OptimiserState;
import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.testkit.Seeded;

class ServerStepTest {
  private static ServerOptimiser optimiser(ServerRule rule, String rate) {
    return new ServerOptimiser(
        rule, new Decimal(rate), new Decimal("0.9"), new Decimal("0.99"), new Decimal("0.001"));
  }

  private static VectorSpec spec(int elements) {
    TensorSpec tensor =
        new TensorSpec("t", List.of(elements), new Decimal("1"), new Decimal("0"), 20);
    return new VectorSpec(List.of(tensor), List.of(), 32, 20);
  }

  private static ServerStep.Base zero(ServerRule rule, VectorSpec spec) {
    return new ServerStep.Base(Parameters.zeros(spec), OptimiserState.initial(rule, spec));
  }

  @Seeded(cases = 25)
  void ten_steps_stay_close_to_the_same_formulas_in_doubles_alone(long seed) {
    Random random = new Random(seed);
    ServerRule rule =
        List.of(ServerRule.values()).get(Math.floorMod(seed, ServerRule.values().length));
    int size = 1 + random.nextInt(9000);
    VectorSpec spec = spec(size);
    ServerStep.Base base = zero(rule, spec);
    double[] theta = new double[size];
    double[] m = new double[size];
    double[] v = new double[size];
    for (int step = 1; step <= 10; step++) {
      double[] delta = random.doubles(size, -0.5, 0.5).toArray();
      for (int i = 0; i < size; i++) {
        double square = delta[i] * delta[i];
        m[i] = 0.9 * m[i] + (rule == ServerRule.FED_AVG_M ? 1 : 0.1) * delta[i];
        v[i] =
            switch (rule) {
              case FED_YOGI -> v[i] > square ? v[i] - 0.01 * square : v[i] + 0.01 * square;
              case FED_ADAGRAD -> v[i] + square;
              case FED_ADAM, FED_AVG, FED_AVG_M -> 0.99 * v[i] + 0.01 * square;
            };
        theta[i] +=
            switch (rule) {
              case FED_AVG -> 0.05 * delta[i];
              case FED_AVG_M -> 0.05 * m[i];
              case FED_ADAM, FED_YOGI, FED_ADAGRAD -> 0.05 * m[i] / (Math.sqrt(v[i]) + 0.001);
            };
      }
      ServerStep next = ServerStep.of(spec, optimiser(rule, "0.05"), base, RealVector.of(delta));
      assertThat(next.state().step()).isEqualTo(step);
      base = new ServerStep.Base(next.parameters(), next.state());
    }
    for (int i = 0; i < size; i++) {
      assertThat((double) base.parameters().at(i)).isCloseTo(theta[i], within(2e-6));
    }
  }

  @Test
  void federated_averaging_with_rate_one_adds_the_mean() {
    VectorSpec spec = spec(2);
    ServerStep.Base base =
        new ServerStep.Base(
            Parameters.of(spec, 1, -2), OptimiserState.initial(ServerRule.FED_AVG, spec));

    ServerStep step = ServerStep.of(spec, ServerOptimiser.fedAvg(), base, RealVector.of(0.25, 4));

    assertThat(step.parameters()).isEqualTo(Parameters.of(spec, 1.25f, 2));
  }

  @Test
  void momentum_carries_a_step_on() {
    VectorSpec spec = spec(1);
    ServerOptimiser optimiser = optimiser(ServerRule.FED_AVG_M, "1");
    ServerStep first =
        ServerStep.of(spec, optimiser, zero(ServerRule.FED_AVG_M, spec), RealVector.of(1));

    ServerStep second =
        ServerStep.of(
            spec,
            optimiser,
            new ServerStep.Base(first.parameters(), first.state()),
            RealVector.of(0));

    assertThat(second.parameters().at(0)).isEqualTo(1.9f);
  }

  @Test
  void a_step_leaves_the_base_as_it_was() {
    VectorSpec spec = spec(3);
    for (ServerRule rule : ServerRule.values()) {
      ServerStep.Base base = zero(rule, spec);
      ServerStep.of(spec, optimiser(rule, "1"), base, RealVector.of(1, 2, 3));

      assertThat(base).isEqualTo(zero(rule, spec));
    }
  }

  @Test
  void a_coordinate_that_never_moved_stays() {
    VectorSpec spec = spec(1);
    for (ServerRule rule : ServerRule.values()) {
      ServerStep step =
          ServerStep.of(spec, optimiser(rule, "1"), zero(rule, spec), RealVector.of(0));

      assertThat(step.parameters()).isEqualTo(Parameters.zeros(spec));
    }
  }

  @Test
  void a_step_beyond_the_range_of_float_is_seen() {
    VectorSpec spec = spec(2);

    ServerStep step =
        ServerStep.of(
            spec,
            optimiser(ServerRule.FED_AVG, "1"),
            zero(ServerRule.FED_AVG, spec),
            RealVector.of(0, 1e39));

    assertThat(step.parameters().nonFinite()).contains("t");
  }

  @Test
  void the_state_of_another_rule_or_an_update_of_another_size_is_refused() {
    VectorSpec spec = spec(2);
    ServerStep.Base adam = zero(ServerRule.FED_ADAM, spec);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ServerStep.of(
                    spec, optimiser(ServerRule.FED_YOGI, "1"), adam, RealVector.of(0, 0)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ServerStep.of(spec, optimiser(ServerRule.FED_ADAM, "1"), adam, RealVector.of(0)));
  }
}
