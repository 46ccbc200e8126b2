package org.koinon.peer.site;

import java.util.Optional;
import java.util.TreeMap;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.VectorSpec;
import org.koinon.peer.dataset.TableSchema;
import org.koinon.peer.training.ParameterSet;

/** What the first round of a study begins from: anyone who knows the terms computes the same. */
public final class InitialModel {
  private InitialModel() {}

  /**
   * Of a training study: parameters drawn by the study's seed, with the preprocessing.
   *
   * @param statistics the result of the statistics study where columns are scaled by it
   */
  public static ModelFile of(
      Study.Training training,
      VectorSpec vector,
      TableSchema schema,
      Optional<ModelFile> statistics) {
    ParameterSet drawn =
        Translation.architecture(training.model())
            .initial(training.model().features(), training.local().seed());
    var texts =
        statistics
            .map(
                file ->
                    ModelPreprocessing.texts(
                        training.model(), schema, ModelPreprocessing.fromStatistics(schema, file)))
            .orElseGet(
                () ->
                    ModelPreprocessing.texts(training.model(), training.standardisation(), schema));
    return ModelFile.of(Translation.parameters(vector, drawn), new TreeMap<>(), texts);
  }

  /** Of a statistics study: zeros. */
  public static ModelFile ofStatistics(VectorSpec vector) {
    return ModelFile.ofStatistics(
        vector, RealVector.of(new double[vector.modelWords()]), new TreeMap<>());
  }
}
