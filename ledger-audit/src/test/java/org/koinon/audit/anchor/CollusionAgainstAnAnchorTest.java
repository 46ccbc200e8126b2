package org.koinon.audit.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.audit.LedgerFiles;
import org.koinon.audit.anchor.AnchorWriter.Outcome;
import org.koinon.audit.cli.Main;
import org.koinon.audit.source.fabric.CollusiveChannel;
import org.koinon.audit.verify.Histories;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedCheckpoint;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;

/**
 * A log is anchored on a real EVM node; then all members, with all their keys, cut or rewrite it
 * and sign everything again, as a ledger file or as a Fabric channel's blocks. The auditor's
 * command tells, and without the anchor it cannot.
 */
@Tag("anchor")
class CollusionAgainstAnAnchorTest {
  private static final VerifiedLog LOG = Histories.small();

  @TempDir private Path folder;
  private ChainFixture fixture;
  private EvmAddress contract;
  private final CollusiveChannel channel = new CollusiveChannel();

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void anchor() throws IOException {
    fixture = new ChainFixture(folder);
    contract = fixture.deployed();
    assertThat(fixture.published(contract, checkpoint(LOG))).isInstanceOf(Outcome.Anchored.class);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static Checkpoint checkpoint(VerifiedLog log) {
    return Checkpoint.of(ChainFixture.LEAGUE, log.seen());
  }

  /** The auditor's program, on that log as a file, with checkpoints of it by all members. */
  private Run verify(VerifiedLog log, boolean isAnchored) throws IOException {
    Path part = Files.createTempDirectory(folder, "audit");
    Path file = LedgerFiles.write(part.resolve("ledger.db"), Histories.bytes(log));
    return verify(log, List.of(file.toString()), isAnchored);
  }

  /** The same on that log as blocks that all orderers and hospitals of a channel sign. */
  private Run verifyBlocks(VerifiedLog log, boolean isAnchored) throws IOException {
    Path part = Files.createTempDirectory(folder, "audit");
    Path file = channel.export(log.entries(), part.resolve("audit.blocks"));
    String genesis = channel.root().genesis().toString();
    return verify(log, List.of(file.toString(), "--genesis", genesis), isAnchored);
  }

  private Run verify(VerifiedLog log, List<String> source, boolean isAnchored) throws IOException {
    Path part = Files.createTempDirectory(folder, "checkpoints");
    List<String> words = new ArrayList<>(List.of("verify"));
    words.addAll(source);
    for (String member : List.of("hospital-001", "hospital-002", "hospital-003")) {
      SignedCheckpoint signed =
          SignedCheckpoint.sign(checkpoint(log), new MemberId(member), TestConsortium.key(member));
      Path at = Files.write(part.resolve(member), signed.encode());
      words.addAll(List.of("--checkpoint", at.toString()));
    }
    if (isAnchored) {
      words.addAll(List.of("--anchor", fixture.chain.url().toString()));
      words.addAll(List.of("--contract", contract.toString()));
      words.addAll(List.of("--chain", fixture.chain.chain().toString()));
      words.addAll(List.of("--confirmations", "" + ChainFixture.CONFIRMATIONS));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            words,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** What nobody finds who has the ledger and its members' checkpoints alone. */
  private void isWholeByEveryRule(VerifiedLog log) throws IOException {
    Run alone = verify(log, false);
    assertThat(alone.code()).as(alone.out() + alone.err()).isZero();
    assertThat(alone.out()).contains("VERIFIED");
  }

  @Test
  void the_log_that_was_anchored_is_verified() throws IOException {
    Run run = verify(LOG, true);

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .contains("VERIFIED", "the first " + LOG.size() + " entries stood so", contract.toString());
  }

  @Test
  void a_log_that_all_members_cut_and_signed_anew_is_found() throws IOException {
    VerifiedLog cut = cut();
    isWholeByEveryRule(cut);

    Run run = verify(cut, true);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("LOG_CUT").doesNotContain("LOG_REWRITTEN");
  }

  @Test
  void a_log_that_all_members_rewrote_and_signed_anew_is_found() throws IOException {
    VerifiedLog other = rewritten();
    assertThat(other.size()).isEqualTo(LOG.size());
    isWholeByEveryRule(other);

    Run run = verify(other, true);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("LOG_REWRITTEN").doesNotContain("LOG_CUT");
  }

  @Test
  void blocks_that_hold_the_anchored_log_are_verified() throws IOException {
    Run run = verifyBlocks(LOG, true);

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains("VERIFIED", "the first " + LOG.size() + " entries stood so");
  }

  @Test
  void blocks_that_all_orderers_and_hospitals_made_anew_for_a_shorter_log_are_found()
      throws IOException {
    Run alone = verifyBlocks(cut(), false);
    assertThat(alone.code()).as(alone.out() + alone.err()).isZero();
    assertThat(alone.out()).contains("VERIFIED", "each signed by at least 3 of 4");

    Run run = verifyBlocks(cut(), true);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("LOG_CUT").doesNotContain("LOG_REWRITTEN");
  }

  @Test
  void blocks_that_all_orderers_and_hospitals_made_anew_for_another_log_are_found()
      throws IOException {
    Run alone = verifyBlocks(rewritten(), false);
    assertThat(alone.code()).as(alone.out() + alone.err()).isZero();

    Run run = verifyBlocks(rewritten(), true);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("LOG_REWRITTEN").doesNotContain("LOG_CUT");
  }

  @Test
  void a_log_that_grew_since_its_anchor_is_verified_up_to_it() throws IOException {
    VerifiedLog longer = copy(LOG.size());
    TestConsortium consortium = TestConsortium.ofHospitals(3);
    MemberId first = consortium.member(0);
    consortium.write(longer, first, TestConsortium.consent(consortium.study(), first, 2));

    Run run = verify(longer, true);

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains("the first " + LOG.size() + " entries stood so");
  }

  private static VerifiedLog copy(long size) {
    VerifiedLog copy = new VerifiedLog();
    for (long i = 0; i < size; i++) {
      assertThat(copy.append(LOG.at(i).encode())).isEmpty();
    }
    return copy;
  }

  /** From before the round. */
  private static VerifiedLog cut() {
    long end = 0;
    while (!(LOG.at(end).entry() instanceof RoundOpened)) {
      end++;
    }
    return copy(end);
  }

  /** With a value in every attestation that nobody measured. */
  private static VerifiedLog rewritten() {
    VerifiedLog other = new VerifiedLog();
    for (SignedEntry entry : LOG.entries()) {
      Seen seen = new Seen(entry.seen().size(), other.tree().root(entry.seen().size()));
      SignedEntry again =
          SignedEntry.sign(
              entry.consortium(),
              entry.author(),
              TestConsortium.key(entry.author().value()),
              seen,
              praised(entry.entry()));
      assertThat(other.append(again.encode())).isEmpty();
    }
    return other;
  }

  private static Entry praised(Entry entry) {
    if (!(entry instanceof Attested said)) {
      return entry;
    }
    SortedMap<String, Decimal> praise = new TreeMap<>();
    praise.put("loss", new Decimal("0.01"));
    return new Attested(
        said.study(),
        said.round(),
        said.phase(),
        said.model(),
        said.optimiserState(),
        said.vote(),
        praise);
  }
}
