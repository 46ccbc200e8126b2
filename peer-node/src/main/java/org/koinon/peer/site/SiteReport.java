package org.koinon.peer.site;

import java.util.Objects;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.study.LocalTraining;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.peer.dataset.Cohort;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.Metrics;
import org.koinon.peer.training.Model;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.TrainingPlan;

/**
 * What a study was worth to one hospital: its test rows judged by the model that it could have
 * trained alone and by the one that all trained together.
 *
 * @param trainingRows rows that it trained on
 * @param local by the model trained here alone, with as many updates from the same beginning; of no
 *     rows where the hospital cannot train alone, because it never measured a column
 * @param federated by the study's model
 */
public record SiteReport(long trainingRows, Metrics local, Metrics federated) {
  /** Computes the report; trains the local model. */
  public static SiteReport of(
      HospitalSite site, LocalTrainer trainer, Study study, ModelFile initial, ModelFile result) {
    Study.Training terms = Objects.requireNonNull(study.training());
    Cohort rows = site.cohort(Fold.TRAIN);
    return new SiteReport(
        rows.size(),
        alone(site, trainer, study, initial, rows),
        site.judge(terms, study, result, Fold.TEST));
  }

  private static Metrics alone(
      HospitalSite site, LocalTrainer trainer, Study study, ModelFile initial, Cohort rows) {
    Study.Training terms = Objects.requireNonNull(study.training());
    Cohort test = site.cohort(Fold.TEST);
    if (test.size() == 0) {
      return Metrics.NONE;
    }
    Preprocessor own;
    try {
      own =
          Preprocessor.fit(
              rows,
              terms.standardisation() == Standardisation.NONE
                  ? org.koinon.peer.dataset.Standardisation.NONE
                  : org.koinon.peer.dataset.Standardisation.LOCAL);
    } catch (DataException e) {
      return Metrics.NONE; // a column that this hospital never measured: alone it has no model
    }
    DesignMatrix design = rows.design(own);
    ParameterSet trained =
        Translation.parameterSet(terms.model(), initial.parameters(study.vector()));
    LocalTraining once = terms.local();
    TrainingPlan plan = Translation.plan(terms.model(), once, design.rows(), once.seed());
    long done = 0;
    for (int round = 0; round < study.rounds(); round++) {
      trained = trainer.train(trained, design, plan, done).parameters();
      done += once.steps();
    }
    return Metrics.of(Model.of(Translation.architecture(terms.model()), trained), test.design(own));
  }
}
