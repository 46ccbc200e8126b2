package org.koinon.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedCheckpoint;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;

class EndCheckTest {
  private static final VerifiedLog LOG = Histories.small();
  private static final List<byte[]> ENTRIES = Histories.bytes(LOG);

  @TempDir private Path folder;

  private Path checkpoint(String member, String keyName, Seen seen) throws IOException {
    Checkpoint checkpoint = Checkpoint.of(new ConsortiumId("league"), seen);
    SignedCheckpoint signed =
        SignedCheckpoint.sign(checkpoint, new MemberId(member), TestConsortium.key(keyName));
    return Files.write(folder.resolve("checkpoint"), signed.encode());
  }

  private static EndCheck check(List<byte[]> entries, Path... files) {
    CheckedLog checked = CheckedLog.of(entries);
    return EndCheck.of(checked, List.of(files), checked.fault().isEmpty());
  }

  @Test
  void a_members_checkpoint_proves_the_end() throws IOException {
    EndCheck check = check(ENTRIES, checkpoint("hospital-002", "hospital-002", LOG.seen()));

    assertThat(check.findings()).isEmpty();
    assertThat(check.end()).isInstanceOf(End.Proven.class);
    assertThat(check.end().sentence()).contains("hospital-002");
  }

  @Test
  void a_cut_end_is_found_against_a_checkpoint() throws IOException {
    Path file = checkpoint("hospital-002", "hospital-002", LOG.seen());
    List<byte[]> cut = ENTRIES.subList(0, ENTRIES.size() - 3);

    Finding.OfEntry finding = (Finding.OfEntry) check(cut, file).findings().getFirst();

    assertThat(finding.rule()).isEqualTo(Rule.LOG_CUT);
    assertThat(finding.position()).isEqualTo(cut.size());
  }

  @Test
  void a_cut_end_is_found_against_an_entry_kept_apart() throws IOException {
    Path entry = Files.write(folder.resolve("entry.json"), ENTRIES.getLast());
    List<byte[]> cut = ENTRIES.subList(0, ENTRIES.size() - 3);

    assertThat(check(cut, entry).findings()).extracting(Finding::rule).contains(Rule.LOG_CUT);
  }

  @Test
  void a_cut_end_without_a_witness_is_reported_as_not_proven() {
    EndCheck check = check(ENTRIES.subList(0, 20));

    assertThat(check.findings()).isEmpty();
    assertThat(check.end().sentence())
        .isEqualTo("Verified to size 20; nothing shows that this is the end.");
  }

  @Test
  void another_history_of_the_same_length_is_found() throws IOException {
    Seen other = new Seen(10, TestConsortium.digest("another root"));
    Path file = checkpoint("hospital-001", "hospital-001", other);

    assertThat(check(ENTRIES, file).findings())
        .extracting(Finding::rule)
        .containsExactly(Rule.LOG_REWRITTEN);
  }

  @Test
  void a_strangers_or_a_changed_checkpoint_proves_nothing() throws IOException {
    Path stranger = checkpoint("hospital-001", "mallory", LOG.seen());
    assertThat(check(ENTRIES, stranger).findings())
        .extracting(Finding::rule)
        .containsExactly(Rule.CHECKPOINT_INVALID);

    Path good = checkpoint("hospital-001", "hospital-001", LOG.seen());
    byte[] bytes = Files.readAllBytes(good);
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      Files.write(good, changed);
      EndCheck check = check(ENTRIES, good);
      assertThat(check.findings()).as("byte %s", i).hasSize(1);
      assertThat(check.end()).isInstanceOf(End.Unproven.class);
    }
  }
}
