package org.koinon.peer.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyKind;
import org.koinon.network.study.StudyDefinition;
import org.koinon.peer.dataset.StatisticsVector;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.dataset.TableSchema;

class StudyDraftTest {
  private static final TableSchema SCHEMA = SyntheticCohort.schema();
  private static final StudyDefinition LOCAL = scaled("local");
  private static final StudyDefinition FEDERATED = scaled("federated");

  private static StudyDefinition scaled(String how) {
    String text = StudyDefinition.exampleText("heart-demo");
    return StudyDefinition.parse(
        text.replaceFirst("standardise: \\w+", "standardise: " + how), "study.yaml");
  }

  @Test
  void the_terms_name_the_model_that_they_lead_to() {
    StudyDraft draft = StudyDraft.training(LOCAL, SCHEMA, 1, Optional.empty());
    Study study = draft.study();
    assertThat(study.initialModel()).isEqualTo(draft.initialModel().id());
    assertThat(study.schema()).isEqualTo(Digest.of(SCHEMA.digest()));
    assertThat(study.training()).isNotNull();
    assertThat(StudyDraft.initialModel(study, SCHEMA, Optional.empty()).id())
        .as("whoever approves computes the same")
        .isEqualTo(study.initialModel());
    assertThat(StudyDraft.training(LOCAL, SCHEMA, 1, Optional.empty())).isEqualTo(draft);
    assertThat(StudyDraft.training(LOCAL, SCHEMA, 2, Optional.empty()).study().version())
        .isEqualTo(2);
  }

  @Test
  void federated_scales_come_from_the_companion_statistics_study() {
    StudyDraft companion = StudyDraft.statistics(FEDERATED, SCHEMA, 1);
    assertThat(companion.study().kind()).isEqualTo(StudyKind.STATISTICS);
    assertThat(companion.study().id().value()).isEqualTo("heart-demo-statistics");
    int numbers = StatisticsVector.names(SCHEMA).size();
    assertThat(companion.study().vector().modelWords()).isEqualTo(numbers);
    ModelFile result = statistics(companion.study(), numbers);
    Study study = StudyDraft.training(FEDERATED, SCHEMA, 1, Optional.of(result)).study();
    assertThat(study.statistics()).isEqualTo(result.id());
    ModelFile model = StudyDraft.initialModel(study, SCHEMA, Optional.of(result));
    assertThat(model.id()).isEqualTo(study.initialModel());
    assertThat(ModelPreprocessing.of(model)).isPresent();
    assertThatThrownBy(() -> StudyDraft.training(FEDERATED, SCHEMA, 1, Optional.empty()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("heart-demo-statistics");
  }

  /** As if two hospitals had ten rows each, all numbers in the middle of their range. */
  private static ModelFile statistics(Study study, int numbers) {
    double[] mean = new double[numbers];
    for (int i = 0; i < numbers; i++) {
      String name = StatisticsVector.names(SCHEMA).get(i);
      mean[i] = name.endsWith("/sum") ? 5 : name.endsWith("/squares") ? 3 : 10;
    }
    TreeMap<String, String> texts = new TreeMap<>();
    texts.put(RoundResult.WEIGHT, "2.0");
    return ModelFile.ofStatistics(study.vector(), RealVector.of(mean), texts);
  }

  @Test
  void terms_of_another_schema_are_refused() {
    Study study = StudyDraft.training(LOCAL, SCHEMA, 1, Optional.empty()).study();
    TableSchema other =
        new TableSchema(
            SCHEMA.name(),
            SCHEMA.format(),
            SCHEMA.columns(),
            SCHEMA.label(),
            SCHEMA.rows(),
            SCHEMA.fold(),
            SCHEMA.recordId(),
            SCHEMA.features().subList(0, 3),
            SCHEMA.levels());
    assertThatThrownBy(() -> StudyDraft.initialModel(study, other, Optional.empty()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("features");
  }

  @Test
  void a_check_needs_no_ledger() {
    assertThat(StudyDraft.check(FEDERATED, SCHEMA, 4).isAccepted()).isTrue();
    assertThat(StudyDraft.check(LOCAL, SCHEMA, 2).problems()).isNotEmpty();
  }
}
