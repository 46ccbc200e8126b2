package org.koinon.peer.training.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.training.Architecture;
import org.koinon.peer.training.Effort;
import org.koinon.peer.training.LocalOptimiser;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.Metrics;
import org.koinon.peer.training.Model;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.Samples;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.TrainingException;
import org.koinon.peer.training.TrainingPlan;
import org.koinon.peer.training.TrainingPlan.Penalty;
import org.koinon.testkit.Seeded;

class DjlTrainerTest {
  private static final Architecture LOGISTIC = new Architecture.Logistic();
  private static final Architecture MLP = new Architecture.Mlp(List.of(8, 5));
  private static final LocalOptimiser SGD = new LocalOptimiser.Sgd(0.1);
  private static final LocalOptimiser ADAM = new LocalOptimiser.Adam(0.01);

  private final LocalTrainer trainer = new DjlTrainer(TrainingDevice.CPU, 1);

  private static TrainingPlan plan(Architecture form, LocalOptimiser optimiser, Penalty penalty) {
    return new TrainingPlan(form, optimiser, 8, new Effort.Updates(25), penalty, 7);
  }

  @Seeded(cases = 4)
  void it_does_what_the_same_steps_in_plain_java_do(long seed) {
    DesignMatrix rows = Samples.rows(50, 6, seed);
    for (Architecture form : List.of(LOGISTIC, MLP)) {
      ParameterSet base = form.initial(6, seed);
      for (LocalOptimiser optimiser : List.of(SGD, ADAM)) {
        for (Penalty penalty : List.of(Penalty.NONE, new Penalty(0.1, 0), new Penalty(0, 0.5))) {
          TrainingPlan plan = plan(form, optimiser, penalty);
          var result = trainer.train(base, rows, plan, 0);
          double[] expected = Samples.expected(base, rows, plan, 25);
          assertThat(result.updatesDone()).isEqualTo(25);
          double[] found = new double[expected.length];
          double[] before = new double[expected.length];
          for (int i = 0; i < expected.length; i++) {
            found[i] = result.parameters().at(i);
            before[i] = base.at(i);
          }
          // Adam divides by the size of the gradient: where that is next to nothing, or near a
          // ReLU's bend, float and double part.
          double adam = form.equals(MLP) ? 0.4 : 0.05;
          double share = optimiser.equals(ADAM) ? adam : 1e-4;
          assertThat(distance(found, expected))
              .as("%s %s %s", form, optimiser, penalty)
              .isLessThan(share * distance(before, expected));
        }
      }
    }
  }

  private static double distance(double[] one, double[] other) {
    double squares = 0;
    for (int i = 0; i < one.length; i++) {
      squares += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return Math.sqrt(squares);
  }

  @Test
  void it_learns() {
    DesignMatrix rows = Samples.rows(600, 6, 3);
    TrainingPlan plan = new TrainingPlan(LOGISTIC, SGD, 16, new Effort.Epochs(5), Penalty.NONE, 1);
    var result = trainer.train(LOGISTIC.initial(6, 1), rows, plan, 0);
    var metrics = Metrics.of(Model.of(LOGISTIC, result.parameters()), Samples.rows(600, 6, 4));
    assertThat(metrics.auc().orElseThrow()).isGreaterThan(0.9);
    assertThat(result.meanLoss()).isBetween(0.2, 0.6);
  }

  @Test
  void equal_arguments_give_equal_bits_also_from_many_virtual_threads() throws Exception {
    DesignMatrix rows = Samples.rows(40, 6, 1);
    TrainingPlan plan = plan(MLP, ADAM, Penalty.NONE);
    ParameterSet base = MLP.initial(6, 1);
    var alone = trainer.train(base, rows, plan, 0);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ParameterSet>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        all.add(threads.submit(() -> trainer.train(base, rows, plan, 0).parameters()));
      }
      for (Future<ParameterSet> each : all) {
        assertThat(each.get()).isEqualTo(alone.parameters());
      }
    }
    assertThat(trainer.train(base, rows, plan.withSeed(8), 0).parameters())
        .isNotEqualTo(alone.parameters());
  }

  @Test
  void a_later_round_goes_on_where_the_data_order_stopped() {
    DesignMatrix rows = Samples.rows(30, 6, 1);
    ParameterSet base = LOGISTIC.initial(6, 1);
    TrainingPlan half = new TrainingPlan(LOGISTIC, SGD, 4, new Effort.Updates(13), Penalty.NONE, 5);
    TrainingPlan whole =
        new TrainingPlan(LOGISTIC, SGD, 4, new Effort.Updates(26), Penalty.NONE, 5);
    var first = trainer.train(base, rows, half, 0);
    var second = trainer.train(first.parameters(), rows, half, first.updatesDone());
    assertThat(second.parameters()).isEqualTo(trainer.train(base, rows, whole, 0).parameters());
    assertThat(second.updatesDone()).isEqualTo(26);
  }

  @Test
  void no_array_outlives_its_update() {
    for (Penalty penalty : List.of(Penalty.NONE, new Penalty(0.1, 0.5))) {
      for (LocalOptimiser optimiser : List.of(SGD, ADAM)) {
        TrainingPlan plan = plan(MLP, optimiser, penalty);
        int live =
            PyTorch.call(
                1,
                () -> {
                  try (var loop =
                      new TrainingLoop(
                          Device.cpu(), MLP.initial(6, 1), Samples.rows(20, 6, 1), plan)) {
                    loop.run(0);
                    return loop.liveArrays();
                  }
                });
        assertThat(live).isEqualTo(4 * MLP.shapes(6).size());
      }
    }
  }

  @Test
  void djl_is_told_to_stay_offline_before_it_is_loaded() {
    trainer.train(
        LOGISTIC.initial(6, 1), Samples.rows(8, 6, 1), plan(LOGISTIC, SGD, Penalty.NONE), 0);
    assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
    assertThat(ai.djl.util.Utils.isOfflineMode()).isTrue();
    assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
  }

  @Test
  void training_that_leaves_the_finite_numbers_is_an_error_with_a_way_out() {
    TrainingPlan wild = plan(MLP, new LocalOptimiser.Sgd(1e30), Penalty.NONE);
    assertThatThrownBy(() -> trainer.train(MLP.initial(6, 1), Samples.rows(20, 6, 1), wild, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("lower the learning rate");
  }

  @Test
  void a_base_model_that_does_not_fit_is_refused() {
    TrainingPlan plan = plan(LOGISTIC, SGD, Penalty.NONE);
    assertThatThrownBy(() -> trainer.train(LOGISTIC.initial(5, 1), Samples.rows(9, 6, 1), plan, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("does not fit");
    ParameterSet bad = ParameterSet.of(LOGISTIC.shapes(1), new float[] {Float.NaN, 0});
    assertThatThrownBy(() -> trainer.train(bad, Samples.rows(9, 1, 1), plan, 0))
        .hasMessageContaining("not finite");
  }

  @Test
  void a_gpu_is_used_if_there_is_one_and_missed_in_words_if_there_is_none() {
    DesignMatrix rows = Samples.rows(9, 6, 1);
    TrainingPlan plan = plan(LOGISTIC, SGD, Penalty.NONE);
    ParameterSet base = LOGISTIC.initial(6, 1);
    var auto = new DjlTrainer(TrainingDevice.AUTO, 1).train(base, rows, plan, 0);
    assertThat(auto.parameters().isFinite()).isTrue();
    var gpu = new DjlTrainer(TrainingDevice.GPU, 1);
    if (Engine.getEngine("PyTorch").getGpuCount() > 0) {
      assertThat(gpu.train(base, rows, plan, 0).parameters().isFinite()).isTrue();
    } else {
      assertThatThrownBy(() -> gpu.train(base, rows, plan, 0))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("PYTORCH_LIBRARY_PATH");
    }
  }

  @Test
  void an_interrupted_caller_stops_its_training_and_the_next_one_runs() throws Exception {
    DesignMatrix rows = Samples.rows(20, 6, 1);
    TrainingPlan endless =
        new TrainingPlan(LOGISTIC, SGD, 4, new Effort.Updates(Effort.MAX_UPDATES), Penalty.NONE, 1);
    var started = new CountDownLatch(1);
    var failure = new AtomicReference<Throwable>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  started.countDown();
                  try {
                    trainer.train(LOGISTIC.initial(6, 1), rows, endless, 0);
                  } catch (TrainingException e) {
                    failure.set(e);
                  }
                });
    started.await();
    caller.interrupt();
    caller.join();
    assertThat(failure.get()).hasMessageContaining("interrupted");
    var after = trainer.train(LOGISTIC.initial(6, 1), rows, plan(LOGISTIC, SGD, Penalty.NONE), 0);
    assertThat(after.updatesDone()).isEqualTo(25);
  }
}
