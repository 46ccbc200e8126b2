package org.koinon.peer.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.ledger.VerifiedLog;

class LedgerFollowerTest {
  /** A ledger whose operator can change every byte of it. */
  private static final class PliableLedger implements Ledger {
    private final List<byte[]> entries = new ArrayList<>();

    @Override
    public Admission append(SignedEntry entry) {
      entries.add(entry.encode());
      return new Admission.Admitted();
    }

    @Override
    public Optional<SignedEntry> get(EntryKey key) {
      return entries.stream()
          .map(SignedEntry::decode)
          .filter(entry -> entry.entryKey().equals(key))
          .findFirst();
    }

    @Override
    public long size() {
      return entries.size();
    }

    @Override
    public List<byte[]> read(long from, int max) {
      return entries.stream().skip(from).limit(max).toList();
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private final TestConsortium consortium = TestConsortium.ofHospitals(3);
  private final PliableLedger ledger = new PliableLedger();
  @TempDir private Path folder;

  private Path pin() {
    return folder.resolve("ledger.pin");
  }

  private VerifiedLog fill(List<Said> said) {
    VerifiedLog log = consortium.log(said);
    ledger.entries.clear();
    log.entries().forEach(ledger::append);
    return log;
  }

  private List<Said> approvals(int from, int to) {
    List<Said> said = new ArrayList<>(List.of(consortium.founding()));
    for (int i = from; i < to; i++) {
      said.add(TestScribe.approval(consortium.member(i % 3), i));
    }
    return said;
  }

  @Test
  void it_counts_what_is_new_and_pins_what_it_verified() throws IOException {
    LedgerFollower follower = new LedgerFollower(ledger, pin());
    assertThat(follower.poll()).isZero();
    assertThat(pin()).doesNotExist();

    VerifiedLog log = fill(approvals(0, 600));
    assertThat(follower.poll()).isEqualTo(601);
    assertThat(follower.poll()).isZero();

    assertThat(follower.log().root()).isEqualTo(log.root());
    assertThat(Files.readString(pin()))
        .isEqualTo(new Checkpoint(consortium.id(), 601, log.root()).text());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pin())))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(pin());
    }
  }

  @Test
  void a_later_follower_goes_on_from_the_pin() {
    fill(approvals(0, 5));
    new LedgerFollower(ledger, pin()).poll();
    fill(approvals(0, 9));

    LedgerFollower later = new LedgerFollower(ledger, pin());

    assertThat(later.poll()).isEqualTo(10);
    assertThat(later.pinned().map(Checkpoint::size)).contains(10L);
  }

  @Test
  void a_ledger_that_was_cut_is_rewritten_for_this_follower_and_for_the_next() {
    fill(approvals(0, 5));
    LedgerFollower follower = new LedgerFollower(ledger, pin());
    follower.poll();
    ledger.entries.removeLast();

    assertThatThrownBy(follower::poll)
        .isInstanceOf(LedgerRewrittenException.class)
        .hasMessageContaining("LEDGER_REWRITTEN: 6 entries were verified earlier")
        .hasMessageContaining("the ledger has 5");
    assertThatThrownBy(() -> new LedgerFollower(ledger, pin()).poll())
        .isInstanceOf(LedgerRewrittenException.class);
  }

  @Test
  void an_honest_looking_ledger_with_another_past_is_rewritten() {
    fill(approvals(0, 5));
    LedgerFollower follower = new LedgerFollower(ledger, pin());
    follower.poll();
    // Whoever holds all keys can make another log that verifies.
    fill(approvals(1, 8));

    assertThatThrownBy(follower::poll)
        .isInstanceOf(LedgerRewrittenException.class)
        .hasMessageContaining("entry 5 is not the one verified earlier");
    assertThatThrownBy(() -> new LedgerFollower(ledger, pin()).poll())
        .isInstanceOf(LedgerRewrittenException.class)
        .hasMessageContaining("the root of the first 6 entries of league was ");
  }

  @Test
  void the_ledger_of_another_consortium_is_rewritten() {
    fill(approvals(0, 5));
    new LedgerFollower(ledger, pin()).poll();
    TestConsortium others = TestConsortium.named("others", 3);
    ledger.entries.clear();
    List<Said> said = new ArrayList<>(List.of(others.founding()));
    for (int i = 0; i < 5; i++) {
      said.add(TestScribe.approval(others.member(0), i));
    }
    others.log(said).entries().forEach(ledger::append);

    assertThatThrownBy(() -> new LedgerFollower(ledger, pin()).poll())
        .isInstanceOf(LedgerRewrittenException.class)
        .hasMessageEndingWith("restore the one that they agree on")
        .hasMessageContaining(" of others.");
  }

  @Test
  void an_entry_that_the_rules_refuse_stops_it_by_name_and_the_pin_stays() throws IOException {
    fill(approvals(0, 2));
    LedgerFollower follower = new LedgerFollower(ledger, pin());
    follower.poll();
    String before = Files.readString(pin());
    Said said = TestScribe.approval(consortium.member(0), 7);
    ledger.append(consortium.sign(new Seen(9, follower.log().root()), said.author(), said.entry()));

    assertThatThrownBy(follower::poll)
        .isInstanceOfSatisfying(
            FaultyLogException.class, e -> assertThat(e.fault().position()).isEqualTo(3))
        .hasMessageContaining("entry 3 (Approval~")
        .hasMessageContaining("SEEN_AHEAD, seen.size 9 exceeds the 3 entries before it");
    assertThat(Files.readString(pin())).isEqualTo(before);
  }

  @Test
  void a_pin_that_is_no_checkpoint_is_named() throws IOException {
    Files.writeString(pin(), "league\n12\nnot base64\n");

    assertThatThrownBy(() -> new LedgerFollower(ledger, pin()))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining(pin().toString())
        .hasMessageContaining("checkpoint line 3");
  }

  @Test
  void what_a_crash_left_beside_the_pin_does_not_matter() throws IOException {
    fill(approvals(0, 2));
    Files.writeString(folder.resolve("ledger.pin.tmp"), "half a chec");

    assertThat(new LedgerFollower(ledger, pin()).poll()).isEqualTo(3);
    assertThat(new LedgerFollower(ledger, pin()).poll()).isEqualTo(3);
  }
}
