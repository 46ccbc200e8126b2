package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Salt;
import org.koinon.aggregation.Words;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.StudyId;

class RoundJournalTest {
  private static final byte[] KEY = TestConsortium.digest("journal key").bytes();
  private static final StudyId STUDY = new StudyId("sepsis");
  private static final Seen NOTHING = new VerifiedLog().seen();
  private final TestConsortium consortium = TestConsortium.ofHospitals(3);

  @TempDir private Path parent;
  private Path folder;
  private RoundJournal journal;

  @BeforeEach
  void open() {
    folder = parent.resolve("journal");
    journal = RoundJournal.open(folder, KEY);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private void reopen(byte[] key) {
    journal.close();
    journal = RoundJournal.open(folder, key);
  }

  private static PreparedUpdate update(String name) {
    byte[] words = name.repeat(4).getBytes(StandardCharsets.US_ASCII);
    return new PreparedUpdate(
        TestConsortium.digest("terms"),
        ModelId.of(TestConsortium.digest("base")),
        new Blocks(Words.wrap(32, words), Words.wrap(64, words)),
        Salt.of(TestConsortium.digest("salt").bytes()),
        Salt.of(TestConsortium.digest("shard salt").bytes()),
        TestConsortium.digest(name),
        2,
        3,
        100);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1023, 1024, 1025, 2048, 5000})
  void items_of_any_length_come_back_and_are_bound_to_their_names(int length) throws IOException {
    byte[] item = new byte[length];
    new SplittableRandom(length).nextBytes(item);

    journal.write("item", item);
    Files.copy(folder.resolve("item"), folder.resolve("other"));

    assertThat(journal.read("item").orElseThrow()).isEqualTo(item);
    assertThat(Files.size(folder.resolve("item"))).isEqualTo(1 + 12 + length + 16);
    assertThatThrownBy(() -> journal.read("other")).isInstanceOf(JournalException.class);
  }

  private SignedEntry overdue(int round, Phase phase) {
    Entry entry = new Overdue(STUDY, round, phase, 1);
    return consortium.sign(NOTHING, consortium.member(0), entry);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void an_update_comes_back_after_a_restart_with_all_that_was_drawn_for_it() {
    journal.keep(STUDY, update("mine"));
    reopen(KEY);

    PreparedUpdate found = journal.update(STUDY).orElseThrow();

    assertThat(found.encode()).isEqualTo(update("mine").encode());
    assertThat(found.commitment()).isEqualTo(TestConsortium.digest("mine"));
  }

  @Test
  void an_update_that_is_forgotten_or_replaced_is_overwritten_on_the_disk() throws IOException {
    Path file = folder.resolve("update-sepsis");
    journal.keep(STUDY, update("mine"));
    try (FileChannel first = FileChannel.open(file, StandardOpenOption.READ)) {
      journal.keep(STUDY, update("next"));
      assertThat(content(first)).isNotEmpty().containsOnly(0);
    }
    try (FileChannel second = FileChannel.open(file, StandardOpenOption.READ)) {
      journal.forget(STUDY);
      assertThat(content(second)).isNotEmpty().containsOnly(0);
    }
    assertThat(files()).containsExactly("lock");
    journal.forget(STUDY);
  }

  @Test
  void what_a_fall_left_half_written_or_half_wiped_is_overwritten_at_the_next_start()
      throws IOException {
    Path part = folder.resolve("keys-sepsis~1.part");
    Files.write(part, new byte[] {1, 2, 3});
    try (FileChannel content = FileChannel.open(part, StandardOpenOption.READ)) {
      reopen(KEY);
      assertThat(content(content)).containsExactly(0, 0, 0);
    }
    assertThat(files()).containsExactly("lock");
  }

  private static byte[] content(FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
    while (bytes.hasRemaining() && file.read(bytes, bytes.position()) >= 0) {
      // Reads on.
    }
    return bytes.array();
  }

  @Test
  void nothing_of_an_update_is_readable_in_its_file() throws IOException {
    journal.keep(STUDY, update("mine"));

    String bytes = Files.readString(folder.resolve("update-sepsis"), StandardCharsets.ISO_8859_1);

    assertThat(bytes)
        .doesNotContain("mine")
        .doesNotContain(
            new String(TestConsortium.digest("salt").bytes(), StandardCharsets.ISO_8859_1));
  }

  @Test
  void the_folder_and_its_files_are_for_their_owner_alone() throws IOException {
    journal.write("secret", new byte[8]);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("secret"))))
        .isEqualTo("rw-------");
  }

  @Test
  void a_changed_byte_anywhere_is_found_and_the_file_named() throws IOException {
    journal.write("item", "content".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("item");
    byte[] whole = Files.readAllBytes(file);

    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= (byte) 0x80;
      Files.write(file, changed);
      assertThatThrownBy(() -> journal.read("item"))
          .as("byte %d", i)
          .isInstanceOf(JournalException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("was changed");
    }
  }

  @Test
  void a_file_cut_at_any_length_is_found() throws IOException {
    journal.write("item", "content".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("item");
    byte[] whole = Files.readAllBytes(file);

    for (int length = 0; length < whole.length; length++) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> journal.read("item"))
          .as("%d bytes", length)
          .isInstanceOf(JournalException.class);
    }
  }

  @Test
  void one_item_does_not_pass_for_another() throws IOException {
    journal.write("one", new byte[8]);
    Files.copy(folder.resolve("one"), folder.resolve("two"));

    assertThatThrownBy(() -> journal.read("two")).isInstanceOf(JournalException.class);
  }

  @Test
  void a_newer_version_is_named() throws IOException {
    journal.write("item", new byte[8]);
    byte[] whole = Files.readAllBytes(folder.resolve("item"));
    whole[0] = 2;
    Files.write(folder.resolve("item"), whole);

    assertThatThrownBy(() -> journal.read("item"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("of version 2, this program reads 1");
  }

  @Test
  void another_key_opens_nothing() {
    journal.write("item", new byte[8]);
    reopen(TestConsortium.digest("another key").bytes());

    assertThatThrownBy(() -> journal.read("item"))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("belongs to another key");
  }

  @Test
  void a_second_node_on_the_folder_is_refused() {
    assertThatThrownBy(() -> RoundJournal.open(folder, KEY))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void what_a_crash_left_half_written_is_not_seen_and_not_in_the_way() throws IOException {
    journal.write("item", "old".getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("item.part"), new byte[5]);
    reopen(KEY);

    assertThat(journal.read("item")).hasValue("old".getBytes(StandardCharsets.UTF_8));
    journal.write("item", "new".getBytes(StandardCharsets.UTF_8));
    assertThat(journal.read("item")).hasValue("new".getBytes(StandardCharsets.UTF_8));
    assertThat(files()).containsExactly("item", "lock");
  }

  @Test
  void a_write_that_fails_keeps_the_old_item_and_says_where() throws IOException {
    journal.write("item", "old".getBytes(StandardCharsets.UTF_8));
    Files.createDirectories(folder.resolve("item.part/in-the-way"));

    assertThatThrownBy(() -> journal.write("item", new byte[8]))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("cannot write to the journal " + folder);
    assertThat(journal.read("item")).hasValue("old".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_signed_entry_comes_back_byte_by_byte_until_it_is_forgotten() {
    SignedEntry entry = overdue(1, Phase.READY);
    journal.keep(entry);
    reopen(KEY);

    assertThat(journal.entry(entry.entryKey()).orElseThrow().encode()).isEqualTo(entry.encode());
    journal.forget(entry.entryKey());
    assertThat(journal.entry(entry.entryKey())).isEmpty();
  }

  @Test
  void entries_of_ended_rounds_are_forgotten_and_no_others() throws IOException {
    journal.keep(overdue(1, Phase.READY));
    journal.keep(overdue(2, Phase.SHARD_RESULT));
    journal.keep(overdue(10, Phase.READY));
    SignedEntry snapshot =
        consortium.sign(
            NOTHING,
            consortium.member(0),
            TestConsortium.consent(consortium.study(), consortium.member(0), 1));
    journal.keep(snapshot);
    journal.keep(STUDY, update("mine"));

    journal.forgetEntries(new StudyId("another"), 99);
    assertThat(files()).hasSize(6);
    journal.forgetEntries(STUDY, 2);

    assertThat(files())
        .containsExactlyInAnyOrder(
            "lock",
            "update-sepsis",
            "entry-" + overdue(10, Phase.READY).entryKey(),
            "entry-" + snapshot.entryKey());
  }

  @Test
  void a_forgotten_update_is_gone_from_the_disk() throws IOException {
    journal.keep(STUDY, update("mine"));
    journal.forget(STUDY);

    assertThat(journal.update(STUDY)).isEmpty();
    assertThat(files()).containsExactly("lock");
  }

  @Test
  void an_update_shows_no_number_and_no_salt() {
    assertThat(update("mine").toString())
        .isEqualTo("PreparedUpdate[" + TestConsortium.digest("mine").brief() + "]");
  }

  @Test
  void an_update_of_other_bytes_is_refused_in_words() {
    byte[] encoded = update("mine").encode();

    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> PreparedUpdate.decode(cut))
          .as("%d bytes", length)
          .isInstanceOf(org.koinon.federation.encoding.FormatException.class);
    }
    assertThat(Digest.sha256(PreparedUpdate.decode(encoded).encode()))
        .isEqualTo(Digest.sha256(encoded));
  }

  @Test
  void what_a_killed_process_did_not_rename_is_gone_when_the_journal_is_opened()
      throws IOException {
    journal.keep(STUDY, update("mine"));
    Path item = folder.resolve("update-" + STUDY);
    Path whole = Files.copy(item, folder.resolve("update-other.part"));
    Path empty = Files.createFile(folder.resolve("keys-other~1.part"));

    try (FileChannel before = FileChannel.open(whole, StandardOpenOption.READ)) {
      reopen(KEY);

      ByteBuffer bytes = ByteBuffer.allocate((int) before.size());
      assertThat(before.read(bytes)).isEqualTo(bytes.capacity());
      assertThat(bytes.array()).isNotEmpty().containsOnly(0);
    }
    assertThat(whole).doesNotExist();
    assertThat(empty).doesNotExist();
    assertThat(journal.update(STUDY)).isPresent();
  }
}
