package org.koinon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.koinon.cli.demo.DataSites;
import org.koinon.peer.dataset.Cohort;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.HospitalDataset;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.dataset.Standardisation;
import org.koinon.peer.dataset.StatisticsVector;
import org.koinon.peer.training.Metrics;
import org.koinon.peer.training.Model;

/**
 * All hospitals' rows in one place, to judge models by and to train yardsticks on.
 *
 * @param hospitals in order of their names
 * @param pooled scales columns by mean and standard deviation of all training rows
 */
record HeartRows(List<Hospital> hospitals, Preprocessor pooled) {
  /** Copies. */
  HeartRows {
    hospitals = List.copyOf(hospitals);
  }

  /**
   * One hospital's rows.
   *
   * @param name of the hospital
   * @param training rows of the training fold
   * @param test rows of the test fold
   * @param own scales columns by its own training rows
   */
  record Hospital(String name, Cohort training, Cohort test, Preprocessor own) {}

  /** Reads the tables. */
  static HeartRows of(DataSites sites) {
    List<Hospital> hospitals = new ArrayList<>();
    double[] sums = new double[StatisticsVector.names(sites.schema().schema()).size()];
    for (DataSites.DataSite site : sites.sites()) {
      HospitalDataset rows =
          HospitalDataset.open(
              DatasetSource.of(site.table(), sites.schema().schema()).forSite(site.name()));
      Cohort training = rows.cohort(Fold.TRAIN, id -> true);
      double[] statistics = StatisticsVector.of(training).values();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += statistics[i];
      }
      hospitals.add(
          new Hospital(
              site.member().value(),
              training,
              rows.cohort(Fold.TEST, id -> true),
              Preprocessor.fit(training, Standardisation.LOCAL)));
    }
    return new HeartRows(hospitals, Preprocessor.from(sites.schema().schema(), sums));
  }

  /** All training rows, each hospital's columns scaled by what the function gives. */
  DesignMatrix training(Function<Hospital, Preprocessor> scale) {
    return joined(hospital -> hospital.training().design(scale.apply(hospital)));
  }

  private DesignMatrix joined(Function<Hospital, DesignMatrix> rows) {
    return hospitals.stream().map(rows).reduce(DesignMatrix::plus).orElseThrow();
  }

  /** Judges a model on the test rows, each hospital's columns scaled as it was trained. */
  HeartScore judge(Model model, Function<Hospital, Preprocessor> scale) {
    return new HeartScore(
        hospitals.stream()
            .map(hospital -> Metrics.of(model, hospital.test().design(scale.apply(hospital))))
            .toList(),
        Metrics.of(model, joined(hospital -> hospital.test().design(scale.apply(hospital)))),
        Metrics.of(model, joined(hospital -> hospital.test().design(pooled))));
  }

  /** Share of test rows that the commoner label of the hospital's training rows gets right. */
  List<Double> majorityVote() {
    return hospitals.stream()
        .map(
            hospital -> {
              boolean isPositive =
                  2 * hospital.training().positives() >= hospital.training().size();
              int positives = hospital.test().positives();
              int right = isPositive ? positives : hospital.test().size() - positives;
              return (double) right / hospital.test().size();
            })
        .toList();
  }
}
