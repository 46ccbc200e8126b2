package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.peer.site.StudyDraft;

class StudyCommandTest {
  private static final StudyId DEMO = new StudyId("heart-demo");

  @TempDir Path folder;
  private Founded founded = new Founded(Path.of("."));

  @BeforeEach
  void found() {
    founded = Founded.in(folder);
  }

  private Run propose(Path file) {
    return Run.koinon("study", "propose", "--config", founded.node("athens"), file);
  }

  private Run at(String command, String member, String study) {
    return Run.koinon("study", command, "--config", founded.node(member), study);
  }

  @Test
  void a_study_is_proposed_approved_and_joined_and_every_approver_holds_its_model() {
    assertThat(at("list", "athens", "--json").out()).isEqualToIgnoringWhitespace("[ ]");
    Run proposed = propose(founded.study());
    assertThat(proposed.code()).as(proposed.err()).isZero();
    assertThat(proposed.out()).contains("Proposed heart-demo version 1", "No peer ever holds");
    for (String member : Founded.MEMBERS) {
      Run approved = at("approve", member, "heart-demo");
      assertThat(approved.code()).as(approved.err()).isZero();
      assertThat(at("enrol", member, "heart-demo").code()).isZero();
      ModelId model = study().initialModel();
      assertThat(founded.home(member).archive().model(model)).isPresent();
    }
    Run list = Run.koinon("study", "list", "--config", founded.node("cork"));
    assertThat(list.out()).contains("heart-demo", "4/3", "0/8", "ready to start");
    assertThat(at("leave", "delft", "heart-demo").code()).isZero();
    assertThat(at("leave", "delft", "heart-demo").code()).isZero();
    Run json = Run.koinon("study", "list", "--json", "--config", founded.node("cork"));
    assertThat(json.out()).contains("\"enrolled\" : [ \"athens\", \"basel\", \"cork\" ]");
  }

  private Study study() {
    try (MemberSession session = founded.session("athens")) {
      return session.newest(DEMO);
    }
  }

  @Test
  void the_same_terms_are_proposed_once_and_other_terms_are_a_new_version() {
    propose(founded.study());
    assertThat(propose(founded.study()).out()).contains("version 1 stands: 0 of 3 approvals");
    Run changed = propose(founded.study("rounds: 8", "rounds: 9"));
    assertThat(changed.out()).contains("Proposed heart-demo version 2");
    assertThat(study().rounds()).isEqualTo(9);
  }

  @Test
  void a_model_that_does_not_follow_from_the_terms_is_not_approved() {
    try (MemberSession session = founded.session("athens")) {
      StudyFile file = StudyFile.read(founded.study());
      Study honest =
          StudyDraft.training(file.definition(), file.schema(), 1, Optional.empty()).study();
      session.registrar().propose(withModel(honest, ModelId.of(Digest.tagged("poisoned"))));
    }
    Run run = at("approve", "basel", "heart-demo");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("is not approved", "its terms lead to");
    try (MemberSession session = founded.session("basel")) {
      assertThat(session.approvals(session.newest(DEMO)).given()).isZero();
    }
  }

  private static Study withModel(Study s, ModelId model) {
    return new Study(
        s.id(),
        s.version(),
        s.kind(),
        s.purpose(),
        s.legalBasis(),
        s.privacy(),
        s.vector(),
        s.training(),
        s.server(),
        s.schema(),
        s.code(),
        model,
        s.statistics(),
        s.rounds(),
        s.roundsMax(),
        s.acceptance(),
        s.deadlines());
  }

  @Test
  void a_member_with_another_schema_does_not_approve() throws java.io.IOException {
    propose(founded.study());
    Path schema = founded.folder().resolve("basel/data/schema.yaml");
    Files.writeString(schema, Files.readString(schema).replace("[0, 120]", "[0, 130]"));
    Run run = at("approve", "basel", "heart-demo");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("another table schema", "--schema");
    Path proposers = founded.folder().resolve("athens/data/schema.yaml");
    Run given =
        Run.koinon(
            "study",
            "approve",
            "--config",
            founded.node("basel"),
            "--schema",
            proposers,
            "heart-demo");
    assertThat(given.code()).as(given.err()).isZero();
  }

  @Test
  void federated_scales_need_the_statistics_study_first() {
    Path file = founded.study("standardise: local", "standardise: federated");
    Run first = propose(file);
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out()).contains("Proposed heart-demo-statistics version 1", "again");
    Run second = propose(file);
    assertThat(second.code()).as("its statistics have no result yet").isEqualTo(1);
    for (String member : Founded.MEMBERS) {
      Run approved = at("approve", member, "heart-demo-statistics");
      assertThat(approved.code()).as(approved.err()).isZero();
    }
    assertThat(at("approve", "basel", "heart-demo").err()).contains("no study of this name");
  }

  @Test
  void a_statistics_study_is_proposed_as_it_is() {
    String yaml =
        """
        id: heart-statistics
        kind: statistics
        purpose: Describe all patients.
        legal-basis: none needed
        schema: synthetic-heart.yaml
        policy: open
        weight-cap: 1000
        """;
    Run run = propose(founded.write("statistics.yaml", yaml));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(at("approve", "cork", "heart-statistics").code()).isZero();
  }

  @Test
  void a_check_says_what_is_wrong_with_a_study_and_what_it_promises() {
    Run good = Run.koinon("study", "check", founded.study(), "--hospitals", 4);
    assertThat(good.code()).isZero();
    assertThat(good.out())
        .contains("ok: heart-demo can run with 4 hospitals", "policy private-sum");
    Run bad = Run.koinon("study", "check", founded.study("minimum: 3", "minimum: 2"));
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.out()).contains("problem: minimum", "set it to 3 or more");
    assertThat(propose(founded.study("minimum: 3", "minimum: 2")).code()).isEqualTo(2);
  }

  @Test
  void a_bad_study_file_is_named_with_line_and_remedy() {
    Run key = Run.koinon("study", "check", founded.study("purpose", "purpsoe"));
    assertThat(key.code()).isEqualTo(2);
    assertThat(key.err()).contains("study.yaml:4", "did you mean 'purpose'?");
    Run schema = Run.koinon("study", "check", founded.study("synthetic-heart.yaml", "none.yaml"));
    assertThat(schema.code()).isEqualTo(2);
    assertThat(schema.err()).contains("there is no file none.yaml beside it", "synthetic-heart");
    assertThat(Run.koinon("study", "check", folder.resolve("no.yaml")).err())
        .contains("no such file");
    assertThat(Run.koinon("study", "example", "nothing").err()).contains("there are heart-demo");
  }

  @Test
  void a_ledger_rule_that_refuses_is_told_by_its_name() {
    StudyFile file = StudyFile.read(founded.study());
    Study second =
        StudyDraft.training(file.definition(), file.schema(), 2, Optional.empty()).study();
    try (MemberSession session = founded.session("athens")) {
      assertThatThrownBy(() -> session.registrar().propose(second))
          .hasMessageContaining("NUMBER_NOT_NEXT");
    }
  }

  @Test
  void a_study_whose_minimum_makes_no_groups_is_refused_with_what_would_do() {
    String grouped = "policy: group-opening\ncolluders: 0\npoisoners: 1";
    Path file = founded.study("policy: private-sum", grouped);
    Run run = Run.koinon("study", "check", file, "--hospitals", 9);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("3 groups of at least 2 hospitals", "set minimum to 6 or more")
        .contains("shows all members the sums of 3 groups");
    assertThat(propose(file).code()).isEqualTo(2);
  }
}
