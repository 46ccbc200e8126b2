package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.network.study.StudyDefinition;
import org.koinon.peer.dataset.SyntheticCohort;
import org.koinon.peer.site.StudyDraft;

class PredictCommandTest {
  private static final String PATIENTS =
      """
      record,age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak
      P1,63,1,4,145,233,1,2,150,0,2.3
      "P,2",?,0,2,130,0,0,0,170,0,0.0
      """;

  @TempDir Path folder;
  private Path table = Path.of("table.csv");
  private Path model = Path.of("m.safetensors");
  private Path patients = Path.of("new.csv");

  @BeforeEach
  void write() throws IOException {
    table = new SyntheticCohort(3, 7).write(folder).getFirst();
    model = folder.resolve("m.safetensors");
    var draft =
        StudyDraft.training(
            StudyDefinition.parse(Founded.local("heart-demo"), "study.yaml"),
            SyntheticCohort.schema(),
            1,
            Optional.empty());
    Files.write(model, draft.initialModel().file().toByteArray());
    patients = Files.writeString(folder.resolve("new.csv"), PATIENTS);
  }

  @Test
  void every_patient_gets_a_probability_in_the_order_of_the_file() {
    Run run = Run.koinon("predict", "--model", model, "--data", patients, "--reference", table);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("columns scaled by the", "training rows of " + table);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3).first().isEqualTo("row,probability");
    assertThat(lines.get(1)).startsWith("P1,0.");
    assertThat(lines.get(2)).startsWith("\"P,2\",0.");
    assertThat(lines.get(1).substring(3)).isNotEqualTo(lines.get(2).substring(6));
  }

  @Test
  void without_a_reference_the_table_itself_gives_the_scale() {
    Run own = Run.koinon("predict", "--model", model, "--data", table);
    assertThat(own.code()).as(own.err()).isZero();
    Run named = Run.koinon("predict", "--model", model, "--data", table, "--reference", table);
    assertThat(own.out()).isEqualTo(named.out());
    Run unlabelled = Run.koinon("predict", "--model", model, "--data", patients);
    assertThat(unlabelled.code()).isEqualTo(2);
    assertThat(unlabelled.err()).contains("the column", "is missing");
  }

  @Test
  void a_file_is_written_whole_and_never_replaced() throws IOException {
    Path out = folder.resolve("p.csv");
    Object[] words = {
      "predict", "--model", model, "--data", patients, "--reference", table, "--out", out
    };
    assertThat(Run.koinon(words).code()).isZero();
    assertThat(Files.readString(out)).startsWith("row,probability\nP1,");
    Run again = Run.koinon(words);
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists already");
  }

  @Test
  void bad_input_is_told_with_its_place_and_without_the_cell() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.csv"), PATIENTS.replace("145", "secret"));
    Path out = folder.resolve("none.csv");
    Run run =
        Run.koinon("predict", "--model", model, "--data", bad, "--reference", table, "--out", out);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("bad.csv:2", "column trestbps", "a number is expected");
    assertThat(run.err()).doesNotContain("secret");
    assertThat(Files.exists(out)).isFalse();
    Path lacks = Files.writeString(folder.resolve("lacks.csv"), PATIENTS.replace("chol", "kol"));
    assertThat(Run.koinon("predict", "--model", model, "--data", lacks, "--reference", table).err())
        .contains("the column chol is missing");
    assertThat(Run.koinon("predict", "--model", patients, "--data", patients).err())
        .contains("is no model file");
    assertThat(Run.koinon("predict", "--model", folder.resolve("no"), "--data", patients).code())
        .isEqualTo(2);
    assertThat(Run.koinon("predict", "--data", patients).err()).contains("--model");
  }

  @Test
  void the_result_of_a_statistics_study_is_no_model() throws IOException {
    ModelFile statistics =
        StudyDraft.statistics(StudyDefinition.example("heart-demo"), SyntheticCohort.schema(), 1)
            .initialModel();
    Path file = Files.write(folder.resolve("s"), statistics.file().toByteArray());
    Run run = Run.koinon("predict", "--model", file, "--data", patients);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).doesNotContain("\tat ");
  }
}
