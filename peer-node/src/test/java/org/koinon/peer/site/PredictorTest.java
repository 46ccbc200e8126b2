package org.koinon.peer.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.Study;
import org.koinon.network.study.StudyDefinition;
import org.koinon.peer.dataset.CellTable;
import org.koinon.peer.dataset.Cohort;
import org.koinon.peer.dataset.DatasetSource;
import org.koinon.peer.dataset.Fold;
import org.koinon.peer.dataset.HospitalDataset;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.dataset.Standardisation;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.dataset.TableLimits;
import org.koinon.peer.dataset.TableSchema;
import org.koinon.peer.training.Model;

class PredictorTest {
  private static final TableSchema SCHEMA = SyntheticCohort.schema();

  @TempDir Path folder;

  private static StudyDraft draft(String model) {
    String yaml =
        StudyDefinition.exampleText("heart-demo")
            .replaceFirst("standardise: \\w+", "standardise: local")
            .replace("  kind: logistic", "  " + model);
    return StudyDraft.training(
        StudyDefinition.parse(yaml, "study.yaml"), SCHEMA, 1, Optional.empty());
  }

  /** The path of the cells must give the same bits as the path of training and validation. */
  @ParameterizedTest
  @ValueSource(strings = {"kind: logistic", "kind: mlp\n  hidden: [5, 3]"})
  void cells_give_the_probability_that_the_design_matrix_gives(String model) throws IOException {
    StudyDraft draft = draft(model);
    Path table = new SyntheticCohort(3, 5).write(folder).getFirst();
    Cohort cohort =
        HospitalDataset.open(DatasetSource.of(table, SCHEMA)).cohort(Fold.TRAIN, id -> true);
    Preprocessor preprocessor = Preprocessor.fit(cohort, Standardisation.LOCAL);
    assertThat(SCHEMA.inputs()).isEqualTo(preprocessor.names());
    Study.Training terms = java.util.Objects.requireNonNull(draft.study().training());
    double[] expected =
        Model.of(
                Translation.architecture(terms.model()),
                Translation.parameterSet(
                    terms.model(), draft.initialModel().parameters(draft.study().vector())))
            .probabilities(cohort.design(preprocessor));
    Predictor predictor = Predictor.of(draft.initialModel(), preprocessor);
    List<Double> found = new ArrayList<>();
    new CellTable(table, SCHEMA, TableLimits.DEFAULT)
        .forEach(
            (id, cells) -> {
              if ("train".equals(cells.get("fold"))) {
                found.add(predictor.probability(cells));
              }
            });
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i)).isEqualTo(expected[i]);
    }
  }

  @Test
  void another_schema_s_preprocessor_is_refused() throws IOException {
    ModelFile model = draft("kind: logistic").initialModel();
    TableSchema narrow =
        new TableSchema(
            SCHEMA.name(),
            SCHEMA.format(),
            SCHEMA.columns(),
            SCHEMA.label(),
            SCHEMA.rows(),
            SCHEMA.fold(),
            SCHEMA.recordId(),
            List.of("age", "cp"),
            SCHEMA.levels());
    Path table = new SyntheticCohort(3, 5).write(folder).getFirst();
    Cohort cohort =
        HospitalDataset.open(DatasetSource.of(table, narrow)).cohort(Fold.TRAIN, id -> true);
    assertThatThrownBy(() -> Predictor.of(model, Preprocessor.fit(cohort, Standardisation.NONE)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("features");
  }
}
