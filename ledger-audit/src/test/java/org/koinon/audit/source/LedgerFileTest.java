package org.koinon.audit.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.LedgerFiles;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.AuditReport.Verdict;
import org.koinon.audit.verify.Histories;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.testkit.Seeded;

class LedgerFileTest {
  private static final VerifiedLog LOG = Histories.small();

  @TempDir private Path folder;

  private Path ledger() {
    return LedgerFiles.write(folder.resolve("ledger.db"), Histories.bytes(LOG));
  }

  private static AuditReport verify(Path file) {
    return Audit.verify(AuditRequest.of(file));
  }

  @Test
  void an_honest_file_is_verified_and_left_as_it_is() throws IOException {
    Path file = ledger();
    byte[] before = Files.readAllBytes(file);

    AuditReport report = verify(file);

    assertThat(report.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(report.judged()).isEqualTo(LOG.size());
    assertThat(report.root()).isEqualTo(LOG.root());
    assertThat(report.end().sentence()).contains("nothing shows that this is the end");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(folder.toFile().list()).containsExactly("ledger.db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE more (x)",
        "ALTER TABLE log ADD COLUMN note TEXT",
        "CREATE INDEX i ON log (entry)",
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN SELECT 1; END",
        "CREATE VIEW v AS SELECT * FROM log",
        "ALTER TABLE log RENAME TO other"
      })
  void anything_more_in_the_schema_is_a_finding(String statement) {
    Path file = ledger();
    LedgerFiles.run(file, statement);

    assertThat(verify(file).findings()).extracting(Finding::rule).contains(Rule.LEDGER_FORM);
  }

  @Test
  void a_newer_version_is_named() {
    Path file = ledger();
    LedgerFiles.run(file, "PRAGMA user_version=2");

    assertThat(verify(file).findings().getFirst().sentence()).contains("version 2 is newer");
  }

  @Test
  void a_missing_position_is_named_and_what_follows_is_not_judged() {
    Path file = ledger();
    LedgerFiles.run(file, "DELETE FROM log WHERE position = 7");

    AuditReport report = verify(file);

    Finding.OfEntry finding = (Finding.OfEntry) report.findings().getFirst();
    assertThat(finding.rule()).isEqualTo(Rule.POSITION_MISSING);
    assertThat(finding.position()).isEqualTo(7);
    assertThat(report.judged()).isEqualTo(7);
  }

  @Test
  void a_position_before_the_first_is_a_finding() {
    Path file = ledger();
    LedgerFiles.run(file, "INSERT INTO log SELECT -1, entry FROM log WHERE position = 3");

    assertThat(verify(file).findings().getFirst().rule()).isEqualTo(Rule.POSITION_SURPLUS);
  }

  @Test
  void another_file_is_bad_input() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
    Path other = folder.resolve("other.db");
    LedgerFiles.run(other, "CREATE TABLE t (x)");

    assertThatThrownBy(() -> verify(text)).isInstanceOf(BadInputException.class);
    assertThatThrownBy(() -> verify(other)).isInstanceOf(BadInputException.class);
    assertThatThrownBy(() -> verify(folder.resolve("none"))).isInstanceOf(BadInputException.class);
  }

  @Test
  void a_file_that_claims_to_be_ours_and_is_cut_off_is_a_finding() throws IOException {
    Path file = ledger();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(verify(file).verdict()).isEqualTo(Verdict.FINDINGS);
  }

  @Seeded(cases = 60)
  void a_flipped_byte_of_the_file_never_verifies_other_content(long seed) throws IOException {
    Path file = ledger();
    byte[] bytes = Files.readAllBytes(file);
    bytes[new Random(seed).nextInt(bytes.length)] ^= 0x11;
    Files.write(file, bytes);

    try {
      AuditReport report = verify(file);
      if (report.verdict() == Verdict.VERIFIED) {
        assertThat(report.root()).isEqualTo(LOG.root());
        assertThat(report.size()).isEqualTo(LOG.size());
      }
    } catch (BadInputException e) {
      assertThat(e).hasMessageContaining("neither a Koinon ledger file");
    }
  }

  @Test
  void a_ledger_whose_making_was_interrupted_is_empty() {
    Path file = folder.resolve("begun.db");
    LedgerFiles.run(file, "PRAGMA journal_mode=WAL");

    AuditReport report = verify(file);

    assertThat(report.size()).isZero();
    assertThat(report.end().sentence()).contains("Verified to size 0; nothing shows");
  }

  @Test
  void entries_are_read_in_order() {
    try (EntrySource source = EntrySource.open(LedgerInput.of(ledger()))) {
      List<byte[]> entries = source.entries();
      assertThat(entries).hasSize((int) LOG.size());
      assertThat(entries.get(5)).isEqualTo(LOG.at(5).encode());
    }
  }
}
