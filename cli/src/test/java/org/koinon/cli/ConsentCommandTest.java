package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import org.koinon.peer.dataset.RecordId;
import org.koinon.peer.site.ConsentState;
import org.koinon.peer.site.NodeConsent;

class ConsentCommandTest {
  private static final StudyId DEMO = new StudyId("heart-demo");
  private static final MemberId ATHENS = new MemberId("athens");
  private static final String LIST =
      "record,consent\nS01-00001,yes\nS01-00002,yes\nS01-00003,no\nS01-00004,withdrawn\n";

  @TempDir Path folder;
  private Founded founded = new Founded(Path.of("."));

  @BeforeEach
  void found() {
    founded = Founded.in(folder);
    Run.koinon("study", "propose", "--config", founded.node("athens"), founded.study());
  }

  private Run consent(String command, Object... words) {
    Object[] all = new Object[words.length + 4];
    all[0] = "consent";
    all[1] = command;
    all[2] = "--config";
    all[3] = founded.node("athens");
    System.arraycopy(words, 0, all, 4, words.length);
    return Run.koinon(all);
  }

  private ConsentState state() {
    return new NodeConsent(founded.home("athens").config().consent()).get();
  }

  @Test
  void an_imported_list_decides_whose_rows_are_used_and_prints_counts_only() {
    assertThat(state()).isInstanceOf(ConsentState.WholeTable.class);
    Run run = consent("import", founded.write("list.csv", LIST + "nobody,yes\n"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("5 records; 3 yes, 1 no, 1 withdrawn", "2 may be used");
    assertThat(run.err()).contains("1 records with consent are not in the table");
    assertThat(run.out() + run.err()).doesNotContain("S01-", "nobody");
    assertThat(state().covers(new RecordId("S01-00001"))).isTrue();
    assertThat(state().covers(new RecordId("S01-00003"))).isFalse();
    assertThat(state().covers(new RecordId("S01-00005"))).isFalse();
  }

  @Test
  void a_broken_table_does_not_keep_a_list_out() throws java.io.IOException {
    java.nio.file.Files.writeString(founded.table("athens"), "not,the,table\n1,2,3\n");
    Run run = consent("import", founded.write("list.csv", LIST));
    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("the list is imported, but the table cannot be read");
    assertThat(state().covers(new RecordId("S01-00004"))).isFalse();
  }

  @Test
  void a_withdrawal_ends_the_use_of_a_record_and_voids_the_snapshot() {
    consent("import", founded.write("list.csv", LIST));
    try (MemberSession session = founded.session("athens")) {
      session
          .registrar()
          .say(new ConsentSnapshot(DEMO, 1, state().root(), CountBucket.of(2), NodeConsent.LISTED));
    }
    Run run = consent("withdraw", "heart-demo", "--record", "S01-00001");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("snapshot 1 of heart-demo is void");
    assertThat(state().covers(new RecordId("S01-00001"))).isFalse();
    assertThat(state().covers(new RecordId("S01-00002"))).isTrue();
    try (MemberSession session = founded.session("basel")) {
      assertThat(session.<Boolean>read(m -> m.isWithdrawn(DEMO, ATHENS, 1))).isTrue();
    }
    assertThat(consent("withdraw", "heart-demo", "--record", "S01-00001").code())
        .as("said again, it is still so")
        .isZero();
  }

  @Test
  void nothing_changes_when_a_record_or_a_study_is_unknown() {
    Run before = consent("withdraw", "heart-demo", "--record", "S01-00001");
    assertThat(before.code()).isEqualTo(2);
    assertThat(before.err()).contains("no list of consents was imported", "legal basis");
    consent("import", founded.write("list.csv", LIST));
    var root = state().root();
    Run unknown = consent("withdraw", "heart-demo", "--record", "S01-00001", "--record", "S99");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("1 of the 2 records named");
    assertThat(consent("withdraw", "no-study", "--record", "S01-00001").code()).isEqualTo(2);
    assertThat(state().root()).isEqualTo(root);
  }

  @Test
  void only_a_record_out_of_use_is_erased_and_the_root_stands() {
    consent("import", founded.write("list.csv", LIST));
    assertThat(consent("erase", "--record", "S01-00001").err()).contains("withdraw first");
    var root = state().root();
    Run run = consent("erase", "--record", "S01-00004");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(state().root()).isEqualTo(root);
    assertThat(consent("erase", "--record", "S01-00004").code()).isEqualTo(2);
  }

  @Test
  void a_bad_list_is_named_with_its_line_and_changes_nothing() {
    consent("import", founded.write("list.csv", LIST));
    var root = state().root();
    Run run = consent("import", founded.write("bad.csv", "record,consent\nS01-00001,maybe\n"));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("bad.csv:2", "yes, no or withdrawn");
    assertThat(state().root()).isEqualTo(root);
  }
}
