package org.koinon.peer.site;

import java.util.List;
import java.util.Objects;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.study.LocalTraining;
import org.koinon.federation.study.Study;
import org.koinon.peer.dataset.Cohort;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.Metrics;
import org.koinon.peer.training.Model;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.TrainingPlan;

/**
 * What one place with all rows could do: the yardstick that a federated study is held against. Only
 * where one process has everybody's rows, that is in simulation.
 */
public final class CentralTraining {
  private CentralTraining() {}

  /**
   * Trains on all sites' rows together, each site's columns scaled as in the study, with as many
   * updates as all sites did together, and judges all test rows.
   */
  public static Metrics of(
      List<HospitalSite> sites, LocalTrainer trainer, Study study, ModelFile initial) {
    Study.Training terms = Objects.requireNonNull(study.training());
    DesignMatrix rows = design(sites, terms, initial, Fold.TRAIN);
    ParameterSet trained =
        Translation.parameterSet(terms.model(), initial.parameters(study.vector()));
    LocalTraining local = terms.local();
    TrainingPlan plan = Translation.plan(terms.model(), local, rows.rows(), local.seed());
    long done = 0;
    for (int round = 0; round < study.rounds() * sites.size(); round++) {
      trained = trainer.train(trained, rows, plan, done).parameters();
      done += local.steps();
    }
    return Metrics.of(
        Model.of(Translation.architecture(terms.model()), trained),
        design(sites, terms, initial, Fold.TEST));
  }

  private static DesignMatrix design(
      List<HospitalSite> sites, Study.Training terms, ModelFile initial, Fold fold) {
    return sites.stream()
        .map(
            site -> {
              Cohort training = site.cohort(Fold.TRAIN);
              Preprocessor own =
                  HospitalSite.preprocessor(terms.standardisation(), initial, training);
              return (fold == Fold.TRAIN ? training : site.cohort(fold)).design(own);
            })
        .reduce(DesignMatrix::plus)
        .orElseThrow();
  }
}
