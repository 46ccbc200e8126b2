package org.koinon.network.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.Deadlines;
import org.koinon.federation.study.LocalTraining;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyKind;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.network.yaml.ConfigException;

final class StudyDefinitionTest {
  static final List<String> EXAMPLES = StudyDefinition.EXAMPLES;
  private static final Digest DIGEST = Digest.sha256(new byte[0]);
  static final StudyContext CONTEXT =
      new StudyContext(1, 13, 27, new TreeMap<>(), DIGEST, DIGEST, ModelId.of(DIGEST), null);

  @ParameterizedTest
  @FieldSource("EXAMPLES")
  void every_example_is_a_study_that_four_hospitals_or_the_minimum_can_run(String name) {
    StudyDefinition definition = StudyDefinition.example(name);
    int hospitals = Math.max(4, definition.contributorsMin());
    assertThat(StudyCheck.of(definition, CONTEXT, hospitals).problems()).isEmpty();
    Study study = definition.toStudy(CONTEXT.withStatistics(ModelId.of(DIGEST)));
    assertThat(RecordCodec.fromJson(Study.class, RecordCodec.toJson(study), "")).isEqualTo(study);
    assertThat(study.vector().overflow(4)).isEmpty();
  }

  @Test
  void every_file_in_the_folder_is_an_example_and_every_server_rule_has_one() throws Exception {
    Path folder = Path.of(StudyDefinition.class.getResource("/studies").toURI());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(EXAMPLES.stream().map(n -> n + ".yaml").toList());
    }
    assertThat(EXAMPLES.stream().map(n -> StudyDefinition.example(n).server().rule()))
        .contains(ServerRule.values());
  }

  @Test
  void the_terms_say_what_the_file_says() {
    Study study = StudyDefinition.example("fed-heart").toStudy(CONTEXT);
    assertThat(study.rounds()).isEqualTo(15);
    assertThat(study.roundsMax()).isEqualTo(30);
    LocalTraining local = Objects.requireNonNull(study.training()).local();
    assertThat(local.batchSize()).isEqualTo(4);
    assertThat(local.learningRate().value()).isEqualTo("0.001");
    assertThat(study.vector().metrics()).containsExactly("accuracy", "auc", "log-loss", "brier");
    assertThat(study.deadlines()).isEqualTo(new Deadlines(600_000, 300_000, 300_000));
  }

  @Test
  void tensors_are_named_and_shaped_as_in_pytorch() {
    assertThat(shapes("fed-heart")).containsExactly("weight[1, 13]", "bias[1]");
    assertThat(shapes("fed-yogi"))
        .containsExactly(
            "layers.0.weight[16, 13]",
            "layers.0.bias[16]",
            "layers.1.weight[8, 16]",
            "layers.1.bias[8]",
            "layers.2.weight[1, 8]",
            "layers.2.bias[1]");
  }

  private static List<String> shapes(String example) {
    return StudyDefinition.example(example).vector(CONTEXT).tensors().stream()
        .map(tensor -> tensor.name() + tensor.shape())
        .toList();
  }

  @Test
  void a_tensor_may_have_an_encoding_of_its_own() {
    List<TensorSpec> tensors = StudyDefinition.example("private-sum").vector(CONTEXT).tensors();
    assertThat(tensors.getFirst().clip().value()).isEqualTo("2");
    assertThat(tensors.getLast().clip().value()).isEqualTo("1");
    assertThat(tensors.getLast().norm().value()).isEqualTo("4");
    assertThat(tensors.getLast().fractionBits()).isEqualTo(21);
  }

  @Test
  void an_encoding_for_a_tensor_that_is_not_there_is_refused() {
    String yaml = StudyDefinition.exampleText("private-sum").replace("    bias:", "    biased:");
    StudyDefinition definition = StudyDefinition.parse(yaml, "s.yaml");
    assertThatThrownBy(() -> definition.vector(CONTEXT))
        .isInstanceOf(FormatException.class)
        .hasMessage("encoding.tensors: the model has no tensor 'biased'; it has weight, bias");
  }

  @Test
  void examples_of_masked_sums_keep_the_default_minimum_or_say_why_not() {
    for (String name : EXAMPLES) {
      StudyDefinition example = StudyDefinition.example(name);
      if (example.policy().isMasked() && example.contributorsMin() < 5) {
        assertThat(StudyDefinition.exampleText(name))
            .as(name)
            .contains("There are four hospitals. With five or more leave this out");
      }
    }
    assertThat(StudyDefinition.example("private-sum").contributorsMin()).isEqualTo(5);
  }

  @Test
  void federated_standardisation_has_a_companion_study() {
    StudyDefinition definition = StudyDefinition.example("private-sum");
    Study companion = definition.statisticsStudy(CONTEXT);
    assertThat(companion.id().value()).isEqualTo("private-sum-statistics");
    assertThat(companion.kind()).isEqualTo(StudyKind.STATISTICS);
    assertThat(companion.privacy().weights()).isEqualTo(WeightMode.UNIFORM);
    assertThat(companion.privacy().policy()).isEqualTo(definition.policy());
    assertThat(companion.privacy().minimum()).isEqualTo(5);
    assertThat(companion.vector().wordBits()).isEqualTo(64);
    assertThat(companion.vector().modelWords()).isEqualTo(27);
    assertThat(companion.vector().overflow(200)).isEmpty();
    assertThat(companion.rounds()).isEqualTo(1);
    assertThatThrownBy(() -> definition.toStudy(CONTEXT))
        .hasMessageContaining("private-sum-statistics first");
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(
      ints = {1, 7, 1000, 65_536, 1_000_000, Integer.MAX_VALUE})
  void statistics_never_overflow_and_waste_no_bit(int cap) {
    assertThat(StatisticsTerms.vector(3, cap).overflow(200)).isEmpty();
    int bits = StatisticsTerms.fractionBits(cap);
    assertThat(bits == 40 || 200.0 * cap * Math.scalb(1.0, bits + 1) > Math.scalb(1.0, 61))
        .isTrue();
  }

  @Test
  void defaults_follow_the_policy() {
    assertThat(StudyDefinition.example("fed-yogi").weightMode()).isEqualTo(WeightMode.MASKED);
    String open =
        StudyDefinition.exampleText("fed-yogi").replace("policy: private-sum", "policy: open");
    assertThat(StudyDefinition.parse(open, "s").weightMode()).isEqualTo(WeightMode.PUBLIC);
    assertThat(StudyDefinition.example("fed-yogi").lastRound()).isEqualTo(30);
  }

  @Test
  void a_number_that_the_rule_does_not_use_is_refused_at_its_line() {
    String yaml = StudyDefinition.exampleText("fed-avg-m").replace("beta1", "tau");
    assertThatThrownBy(() -> StudyDefinition.parse(yaml, "s.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("server: the rule fed-avg-m has no tau: remove it");
  }

  @Test
  void a_statistics_study_refuses_a_model() {
    String yaml = StudyDefinition.exampleText("statistics") + "model: {kind: logistic}\n";
    assertThatThrownBy(() -> StudyDefinition.parse(yaml, "s.yaml"))
        .hasMessageContaining("a statistics study has no model");
  }

  @Test
  void sparse_updates_and_numbers_of_one_site_are_refused_by_name_and_with_the_reason() {
    String text = StudyDefinition.exampleText("private-sum");
    for (String key : List.of("top-k", "sparse", "site-parameters")) {
      String why =
          "there is no key '"
              + key
              + "': every hospital adds to every number, because a number that one hospital alone"
              + " adds to is that hospital's in the sum; remove it";
      assertThatThrownBy(() -> StudyDefinition.parse(text + key + ": 10\n", "s.yaml"))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("s.yaml:" + (text.lines().count() + 1) + ": ")
          .hasMessageEndingWith(why);
      for (String section : List.of("encoding", "model", "training")) {
        String inside =
            text.replace("\n" + section + ":\n", "\n" + section + ":\n  " + key + ": 10\n");
        assertThat(inside).as(section).isNotEqualTo(text);
        assertThatThrownBy(() -> StudyDefinition.parse(inside, "s.yaml"))
            .hasMessageContaining(section + ": there is no key '" + key + "'");
      }
    }
  }

  @Test
  void a_policy_is_never_a_default() {
    String yaml = StudyDefinition.exampleText("fed-avg-m").replace("policy: private-sum\n", "");
    assertThatThrownBy(() -> StudyDefinition.parse(yaml, "s.yaml"))
        .hasMessage("s.yaml:2: the key 'policy' is missing");
  }

  @Test
  void a_robust_rule_is_part_of_the_terms_and_counts_hospitals_alike() {
    Study study = StudyDefinition.example("robust").toStudy(CONTEXT);
    assertThat(study.robust()).isEqualTo(new Robust(RobustRule.MEDIAN, 1, null));
    assertThat(study.privacy().weights()).isEqualTo(WeightMode.UNIFORM);
    String silent = StudyDefinition.exampleText("robust").replace("weights: uniform\n", "");
    assertThat(StudyDefinition.parse(silent, "s").weightMode()).isEqualTo(WeightMode.UNIFORM);
    assertThat(StudyDefinition.parse(silent, "s").withSeed(7).withRounds(2).robust()).isNotNull();
  }

  @Test
  void the_check_says_what_a_robust_rule_withstands() {
    StudyCheck check = StudyCheck.of(robust("krum", 1, ""), CONTEXT, 7);
    assertThat(check.problems())
        .containsExactly(
            "minimum: the rule krum needs 5 contributors to withstand 1; set minimum to 5 or more,"
                + " or tolerate fewer");
    assertThat(check.notes())
        .anyMatch(
            note ->
                note.startsWith("robust krum, tolerated 1: each shard is that of one hospital")
                    && note.contains("shows everybody that hospital's numbers"));
    assertThat(StudyCheck.of(robust("median", 1, ""), CONTEXT, 3).notes())
        .contains(
            "robust: votes and shards of 3 hospitals withstand 0 hostile ones, fewer than the"
                + " rule");
  }

  @Test
  void every_robust_rule_can_be_written_down() {
    for (RobustRule rule : RobustRule.values()) {
      boolean clips = rule == RobustRule.CENTRED_CLIPPING || rule == RobustRule.NORM_BOUND;
      StudyDefinition definition =
          robust(RecordCodec.name(rule), 0, clips ? "\n  radius: 0.5" : "");
      assertThat(StudyCheck.of(definition, CONTEXT, 4).problems()).isEmpty();
      assertThat(Objects.requireNonNull(definition.toStudy(CONTEXT).robust()).rule())
          .isEqualTo(rule);
    }
  }

  @Test
  void a_robust_rule_is_refused_where_contributions_are_hidden_or_weighed() {
    String text = StudyDefinition.exampleText("robust");
    String hidden = text.replace("policy: open", "policy: private-sum");
    assertThat(StudyCheck.of(StudyDefinition.parse(hidden, "s"), CONTEXT, 4).problems())
        .contains(
            "robust: the rule median must see every contribution, which policy private-sum hides;"
                + " use policy open, or remove the section");
    String weighed = text.replace("weights: uniform", "weights: public");
    assertThat(StudyCheck.of(StudyDefinition.parse(weighed, "s"), CONTEXT, 4).problems())
        .contains(
            "weights: the rule median counts hospitals alike; use weights uniform, or remove the"
                + " line");
    String statistics =
        StudyDefinition.exampleText("statistics") + "robust: {rule: median, tolerated: 1}\n";
    assertThatThrownBy(() -> StudyDefinition.parse(statistics, "s"))
        .hasMessageContaining("robust: a statistics study adds up what hospitals count");
  }

  @Test
  void a_radius_stands_where_the_rule_has_one() {
    assertThatThrownBy(() -> robust("median", 1, "\n  radius: 0.5"))
        .hasMessageContaining("robust: the rule median has no radius: remove it");
    assertThatThrownBy(() -> robust("norm-bound", 1, ""))
        .hasMessageContaining("robust: the rule norm-bound needs a radius");
    assertThatThrownBy(() -> robust("norm-bound", 1, "\n  radius: 0"))
        .hasMessageContaining("radius must be > 0");
    assertThatThrownBy(() -> robust("krumm", 1, "")).hasMessageContaining("krum");
  }

  private static StudyDefinition robust(String rule, int tolerated, String more) {
    return StudyDefinition.parse(
        StudyDefinition.exampleText("robust")
            .replace(
                "rule: median\n  tolerated: 1",
                "rule: " + rule + "\n  tolerated: " + tolerated + more),
        "s.yaml");
  }

  @Test
  void an_unknown_example_names_those_there_are() {
    assertThatThrownBy(() -> StudyDefinition.example("heart"))
        .hasMessageStartingWith("heart: no example has this name; there are heart-demo, ");
  }

  @Test
  void the_schema_is_read_from_a_file(@org.junit.jupiter.api.io.TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("study.yaml");
    Files.writeString(file, StudyDefinition.exampleText("heart-demo"));
    assertThat(StudyDefinition.read(file)).isEqualTo(StudyDefinition.example("heart-demo"));
  }
}
