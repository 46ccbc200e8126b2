package org.koinon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.koinon.benchmarks.HeartStudy.Published;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.training.Architecture;
import org.koinon.peer.training.Effort;
import org.koinon.peer.training.LocalOptimiser;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.Model;
import org.koinon.peer.training.TrainingPlan;

/**
 * Training without a federation as FLamby does it: Adam with 0.001, 50 epochs, batches of 4; on all
 * rows in one place, or on one hospital's.
 *
 * @param name of the row in the table
 * @param scores one for each seed
 * @param published what FLamby has
 */
record HeartYardstick(String name, List<HeartScore> scores, Published published) {
  private static final Architecture LOGISTIC = new Architecture.Logistic();

  /** FLamby's figures for its clients 0 to 3, which are the hospitals in order of their names. */
  private static final List<Published> LOCAL =
      List.of(
          Published.of(.7221, .0211, .7843, .0070),
          Published.of(.6287, .0169, .7268, .0129),
          Published.of(.5670, .0579, .4827, .0449),
          Published.of(.6366, .0386, .6110, .0393));

  /** Copies. */
  HeartYardstick {
    scores = List.copyOf(scores);
  }

  /** All of them. */
  static List<HeartYardstick> all(HeartRows rows, List<Long> seeds, LocalTrainer trainer) {
    List<HeartYardstick> yardsticks = new ArrayList<>();
    DesignMatrix everything = rows.training(hospital -> rows.pooled());
    yardsticks.add(
        new HeartYardstick(
            "All rows in one place",
            scores(rows, everything, seeds, trainer),
            Published.of(.7353, .0027, .7953, .0028)));
    for (int i = 0; i < rows.hospitals().size(); i++) {
      HeartRows.Hospital hospital = rows.hospitals().get(i);
      DesignMatrix own = hospital.training().design(hospital.own());
      yardsticks.add(
          new HeartYardstick(
              "Only " + hospital.name(), scores(rows, own, seeds, trainer), LOCAL.get(i)));
    }
    return yardsticks;
  }

  private static List<HeartScore> scores(
      HeartRows rows, DesignMatrix training, List<Long> seeds, LocalTrainer trainer) {
    return seeds.stream()
        .map(
            seed -> {
              TrainingPlan plan =
                  new TrainingPlan(
                      LOGISTIC,
                      new LocalOptimiser.Adam(0.001),
                      4,
                      new Effort.Epochs(50),
                      TrainingPlan.Penalty.NONE,
                      seed);
              var start = LOGISTIC.initial(training.columns(), seed);
              var trained = trainer.train(start, training, plan, 0).parameters();
              return rows.judge(Model.of(LOGISTIC, trained), HeartRows.Hospital::own);
            })
        .toList();
  }
}
