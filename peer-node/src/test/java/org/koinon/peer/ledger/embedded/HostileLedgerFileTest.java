package org.koinon.peer.ledger.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.peer.ledger.FaultyLogException;
import org.koinon.testkit.Seeded;

/** Files that are no ledger, or not an honest one: each gets a clear error. */
class HostileLedgerFileTest {
  private final TestConsortium consortium = TestConsortium.ofHospitals(3);
  @TempDir private Path folder;
  private Path file = Path.of("set before each test");

  @BeforeEach
  void writeAnHonestLedger() {
    file = folder.resolve("ledger.db");
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file)) {
      TestScribe scribe = new TestScribe(consortium, ledger);
      consortium.setUp().forEach(scribe::say);
    }
  }

  private void tamper(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void put(long position, byte[] entry) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement statement =
            connection.prepareStatement("INSERT OR REPLACE INTO log VALUES (?, ?)")) {
      statement.setLong(1, position);
      statement.setBytes(2, entry);
      statement.executeUpdate();
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
    return assertThatThrownBy(() -> EmbeddedLedger.open(file).close())
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.STOP))
        .hasMessageContaining(file.toString());
  }

  @Test
  void an_honest_file_opens_and_is_one_file_after_a_clean_stop() throws IOException {
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file, consortium.id())) {
      assertThat(ledger.size()).isEqualTo(consortium.setUp().size());
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void the_header_is_as_the_format_says() throws IOException {
    byte[] bytes = Files.readAllBytes(file);

    assertThat(new String(bytes, 0, 16, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("SQLite format 3\0");
    assertThat(java.nio.ByteBuffer.wrap(bytes).getInt(60)).isEqualTo(1);
    assertThat(new String(bytes, 68, 4, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("KOIN");
  }

  @Test
  void another_consortiums_ledger_is_named() {
    assertThatThrownBy(() -> EmbeddedLedger.open(file, new ConsortiumId("others")).close())
        .isInstanceOf(LedgerException.class)
        .hasMessage(file + " is the ledger of consortium league, not of others");
  }

  @Test
  void a_directory_is_refused() {
    assertThatThrownBy(() -> EmbeddedLedger.open(folder).close())
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("is a directory; name the ledger's file");
  }

  @Test
  void a_missing_folder_is_named_and_not_made() {
    Path missing = folder.resolve("none/ledger.db");
    assertThatThrownBy(() -> EmbeddedLedger.open(missing).close())
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("does not exist; make it first");
    assertThat(missing.getParent()).doesNotExist();
  }

  @Test
  void a_file_that_is_not_sqlite_is_left_as_it_is() throws IOException {
    String text = "patient;age\n1;2\n";
    Files.writeString(file, text);

    assertRefused().hasMessageContaining("is not an SQLite file. It was left as it is");
    assertThat(file).hasContent(text);
  }

  @Test
  void another_programs_sqlite_file_is_left_as_it_is() throws Exception {
    Files.delete(file);
    tamper("CREATE TABLE bookmarks (url TEXT)");
    byte[] before = Files.readAllBytes(file);

    assertRefused().hasMessageContaining("another program's SQLite file");
    tamper("PRAGMA application_id=77");
    assertRefused().hasMessageContaining("another program's SQLite file");
    tamper("PRAGMA application_id=0");
    assertThat(Files.readAllBytes(file)).hasSameSizeAs(before);
  }

  @Test
  void a_newer_format_is_named_and_not_guessed_at() throws Exception {
    tamper("PRAGMA user_version=2");
    assertRefused().hasMessageContaining("has format version 2, newer than this program's 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE more (x)",
        "CREATE INDEX more ON log (entry)",
        "CREATE VIEW more AS SELECT * FROM log",
        "CREATE TRIGGER more AFTER INSERT ON log BEGIN DELETE FROM log; END"
      })
  void whatever_is_no_part_of_a_ledger_is_named(String sql) throws Exception {
    tamper(sql);
    assertRefused().hasMessageContaining("more, which is no part of a ledger");
  }

  @Test
  void a_table_of_another_form_is_refused() throws Exception {
    tamper(
        "ALTER TABLE log RENAME TO old",
        "CREATE TABLE log (position INTEGER PRIMARY KEY, entry, note)",
        "DROP TABLE old");
    assertRefused().hasMessageContaining("the table log, which is no part of a ledger");
  }

  @Test
  void a_missing_row_is_named() throws Exception {
    tamper("DELETE FROM log WHERE position = 4");
    assertRefused().hasMessageContaining("entry 4 is missing; the next is 5");
  }

  @Test
  void a_missing_first_row_is_named() throws Exception {
    tamper("DELETE FROM log WHERE position < 2");
    assertRefused().hasMessageContaining("entry 0 is missing; the next is 2");
  }

  @Test
  void a_row_before_the_first_is_refused() throws Exception {
    put(-1, new byte[] {1});
    assertRefused().hasMessageContaining("it has a row before position 0");
  }

  @Test
  void rows_at_the_end_of_the_number_range_are_refused() throws Exception {
    put(Long.MAX_VALUE, new byte[] {1});
    assertRefused().hasMessageContaining("is missing; the next is " + Long.MAX_VALUE);
  }

  @Test
  void an_oversized_row_is_refused_before_it_is_read() throws Exception {
    put(3, new byte[SignedEntry.BYTES_MAX + 1]);
    assertRefused().hasMessageContaining("entry 3 is not a blob of at most 65536 bytes");
    put(3, new byte[900_000]);
    assertRefused().hasMessageContaining("entry 3 is not a blob of at most 65536 bytes");
  }

  @Test
  void swapped_rows_are_found_at_the_first() throws Exception {
    tamper(
        "UPDATE log SET position = -5 WHERE position = 5",
        "UPDATE log SET position = 5 WHERE position = 6",
        "UPDATE log SET position = 6 WHERE position = -5");
    assertRefused().hasMessageContaining("entry 5 (");
  }

  @Seeded(cases = 20)
  void a_changed_byte_in_any_row_is_found_in_that_row(long seed) throws Exception {
    java.util.random.RandomGenerator random = new java.util.SplittableRandom(seed);
    int position = random.nextInt(consortium.setUp().size());
    byte[] entry;
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file)) {
      entry = ledger.read(position, 1).getFirst();
    }
    entry[random.nextInt(entry.length)] ^= (byte) (1 << random.nextInt(8));
    put(position, entry);

    assertThatThrownBy(() -> EmbeddedLedger.open(file).close())
        .isInstanceOfSatisfying(
            FaultyLogException.class, e -> assertThat(e.fault().position()).isEqualTo(position));
  }

  @Test
  void a_row_that_another_wrote_past_the_rules_stops_an_open_handle_and_is_named()
      throws Exception {
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file)) {
      long size = ledger.size();
      Said said = TestScribe.approval(consortium.member(0), 0);
      SignedEntry liar =
          consortium.sign(new Seen(1, TestConsortium.digest("lie")), said.author(), said.entry());
      put(size, liar.encode());

      assertThatThrownBy(() -> ledger.append(liar))
          .isInstanceOf(FaultyLogException.class)
          .hasMessageContaining("entry " + size + " (" + liar.entryKey() + "): SEEN_DIFFERS");
      assertThatThrownBy(() -> ledger.get(liar.entryKey())).isInstanceOf(FaultyLogException.class);
      assertThat(ledger.read(size, 1)).hasSize(1);
    }
  }

  @Test
  void a_ledger_that_loses_entries_under_an_open_handle_is_found() throws Exception {
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file)) {
      long size = ledger.size();
      tamper("DELETE FROM log WHERE position = " + (size - 1));
      assertThatThrownBy(ledger::size)
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("lost entries: it had " + size + " and has " + (size - 1));
    }
  }

  @Test
  void a_file_that_is_replaced_under_an_open_handle_takes_no_entry() throws Exception {
    Path other = folder.resolve("other.db");
    Files.copy(file, other);
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file)) {
      SignedEntry entry =
          new TestScribe(consortium, ledger).sign(TestScribe.approval(consortium.member(0), 0));
      Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> ledger.append(entry))
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.RESTART))
          .hasMessageContaining("was replaced by another file");
      Files.delete(file);
      assertThatThrownBy(() -> ledger.append(entry)).hasMessageContaining("is gone");
    }
  }

  @Seeded(cases = 20)
  void a_damaged_page_never_passes_for_a_ledger(long seed) throws Exception {
    java.util.random.RandomGenerator random = new java.util.SplittableRandom(seed);
    byte[] bytes = Files.readAllBytes(file);
    List<byte[]> honest;
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file)) {
      honest = ledger.read(0, 100);
    }
    for (int i = 0; i < 40; i++) {
      bytes[100 + random.nextInt(bytes.length - 100)] = (byte) random.nextInt();
    }
    Files.write(file, bytes);

    // What it hits may be unused space: then all entries are as they were, else it is an error.
    List<byte[]> found;
    try (EmbeddedLedger ledger = EmbeddedLedger.open(file)) {
      found = ledger.read(0, 100);
    } catch (LedgerException e) {
      assertThat(e.advice()).isEqualTo(Advice.STOP);
      return;
    }
    assertThat(found.toArray(new byte[0][])).isDeepEqualTo(honest.toArray(new byte[0][]));
  }
}
