package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.LedgerOutcomeUnknownException;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.peer.ledger.fabric.FabricLedger;
import org.koinon.peer.ledger.fabric.Patience;

/** What a Fabric network does rarely, done on demand: nothing is lost, nothing stands twice. */
class FabricLedgerFaultsTest {
  private static final Admission ADMITTED = new Admission.Admitted();
  private static final Patience LONG =
      new Patience(Duration.ofSeconds(60), Duration.ofSeconds(120));
  private static final Patience SHORT = new Patience(Duration.ofSeconds(2), Duration.ofSeconds(3));

  /** One attempt, and none after a call that took all the time it had. */
  private static final Patience AT_ONCE =
      new Patience(Duration.ofSeconds(4), Duration.ofSeconds(4));

  @TempDir private static Path files;
  private static ChaincodeProcess chaincode;
  private final TestConsortium consortium = TestConsortium.ofHospitals(4);
  @TempDir private Path folder;
  private StandInNetwork network;
  private FabricLedger ledger;
  private TestScribe scribe;

  @BeforeAll
  static void startChaincode() throws IOException {
    chaincode = ChaincodeProcess.start(new TestAuthority(files), files.resolve("chaincode.log"));
  }

  @AfterAll
  static void stopChaincode() throws InterruptedException {
    chaincode.close();
  }

  @BeforeEach
  void openLedger() throws Exception {
    network = new StandInNetwork(chaincode);
    ledger = open("copy.db", LONG);
    scribe = new TestScribe(consortium, ledger);
    assertThat(scribe.say(consortium.founding())).isEqualTo(ADMITTED);
  }

  @AfterEach
  void closeAll() throws InterruptedException {
    assertThat(network.faults().left()).as("faults that never struck").isEmpty();
    ledger.close();
    network.close();
  }

  private FabricLedger open(String copy, Patience patience) throws Exception {
    return open(copy, signer(), patience);
  }

  private FabricLedger open(String copy, Signer signer, Patience patience) {
    return FabricLedger.open(network.config(), signer, folder.resolve(copy), patience);
  }

  private Signer signer() throws IOException, InvalidKeyException {
    PrivateKey key = Identities.readPrivateKey(Files.readString(network.config().key()));
    return Signers.newPrivateKeySigner(key);
  }

  private Said approval(int subject) {
    return TestScribe.approval(consortium.member(0), subject);
  }

  private void assertStandsOnce(int entries) throws Exception {
    assertThat(ledger.size()).isEqualTo(entries);
    assertThat(scribe.catchUp().size()).isEqualTo(entries);
    try (Ledger other = open("other.db", LONG)) {
      assertThat(new TestScribe(consortium, other).catchUp().root())
          .isEqualTo(scribe.catchUp().root());
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "ENDORSE_UNAVAILABLE",
        "ENDORSE_NOT_READY",
        "ENDORSEMENT_MISMATCH",
        "SUBMIT_LOST",
        "STATUS_UNAVAILABLE",
        "MVCC_CONFLICT",
        "POLICY_FAILURE",
        "STREAM_BREAKS",
        "BLOCK_TWICE"
      })
  void a_fault_that_passes_is_got_over_and_the_entry_stands_once(Fault fault) throws Exception {
    network.faults().order(fault);

    assertThat(scribe.say(approval(1))).isEqualTo(ADMITTED);

    assertStandsOnce(2);
  }

  @Test
  void an_entry_that_was_ordered_behind_a_broken_call_is_found_and_not_written_twice()
      throws Exception {
    network.faults().order(Fault.SUBMIT_ORDERED_THEN_UNAVAILABLE);

    assertThat(scribe.say(approval(1))).isIn(ADMITTED, new Admission.Present());

    assertStandsOnce(2);
  }

  @Test
  void a_lagging_endorsers_refusal_is_not_believed() throws Exception {
    for (Said said : consortium.preparation(consortium.study())) {
      if (!(said.entry() instanceof Enrolment)) {
        assertThat(scribe.say(said)).isEqualTo(ADMITTED);
      }
      if (said.entry() instanceof org.koinon.federation.ledger.ConsortiumEntry.Proposed) {
        break;
      }
    }
    var study = consortium.study().id();
    Said joins = new Said(consortium.member(0), new Enrolment(study, 1, true));
    assertThat(scribe.say(joins)).isEqualTo(ADMITTED);
    network.faults().order(Fault.ENDORSER_LAGS);

    Said leaves = new Said(consortium.member(0), new Enrolment(study, 2, false));
    assertThat(scribe.say(leaves)).isEqualTo(ADMITTED);

    assertStandsOnce(4);
  }

  @Test
  void a_slow_commit_is_unknown_when_patience_ends_and_the_same_bytes_again_are_found()
      throws Exception {
    SignedEntry entry = scribe.sign(approval(1));
    network.channel().hold();
    try (Ledger hasty = open("hasty.db", SHORT)) {
      assertThatThrownBy(() -> hasty.append(entry))
          .isInstanceOf(LedgerOutcomeUnknownException.class)
          .hasMessageContaining(entry.entryKey().value());
    }
    network.channel().release();

    assertThat(ledger.append(entry)).isIn(ADMITTED, new Admission.Present());
    assertStandsOnce(2);
  }

  @Test
  void a_block_that_the_stream_leaves_out_is_read_again() throws Exception {
    network.faults().order(Fault.BLOCK_LEFT_OUT);

    assertThat(scribe.say(approval(1))).isEqualTo(ADMITTED);

    assertStandsOnce(2);
  }

  @Test
  void a_block_that_is_not_what_its_header_says_stops_the_ledger() throws Exception {
    SignedEntry entry = scribe.sign(approval(1));
    network.faults().order(Fault.BLOCK_ALTERED);

    assertThatThrownBy(() -> ledger.append(entry))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.STOP))
        .hasMessageContaining("block 2")
        .hasMessageContaining("not an honest one");
  }

  @Test
  void a_peer_that_restarts_is_found_again() throws Exception {
    CountDownLatch attempts = new CountDownLatch(2);
    Signer good = signer();
    Signer watched =
        digest -> {
          if (Thread.currentThread().getName().equals("appending")) {
            attempts.countDown();
          }
          return good.sign(digest);
        };
    SignedEntry entry = consortium.sign(scribe.catchUp(), approval(1));
    try (FabricLedger node = open("watched.db", watched, LONG)) {
      network.stop();
      var appending =
          CompletableFuture.supplyAsync(
              () -> node.append(entry), Thread.ofVirtual().name("appending")::start);
      attempts.await(); // what it signs next comes after a call that failed
      network.start();

      assertThat(appending.get()).isEqualTo(ADMITTED);
    }
    assertStandsOnce(2);
  }

  @Test
  void a_peer_that_is_gone_is_said_in_time() throws Exception {
    try (Ledger hasty = open("hasty.db", SHORT)) {
      SignedEntry entry = scribe.sign(approval(1));
      network.stop();

      assertThatThrownBy(hasty::size)
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.RETRY))
          .hasMessageContaining("127.0.0.1");
      assertThatThrownBy(() -> hasty.append(entry))
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.RETRY))
          .isNotInstanceOf(LedgerOutcomeUnknownException.class);
    }
  }

  @Test
  void a_checkpoint_that_is_lost_or_damaged_costs_time_only() throws Exception {
    assertThat(scribe.say(approval(1))).isEqualTo(ADMITTED);
    ledger.close();
    Files.writeString(folder.resolve("copy.db.block"), "nonsense");
    int streams = network.starts().size();

    ledger = open("copy.db", LONG);

    scribe = new TestScribe(consortium, ledger);
    assertStandsOnce(2);
    assertThat(network.starts().get(streams)).as("all blocks are read again").isZero();
  }

  @Test
  void a_copy_that_is_opened_again_goes_on_at_the_block_of_its_checkpoint() throws Exception {
    assertThat(scribe.say(approval(1))).isEqualTo(ADMITTED);
    long height = network.channel().height();
    ledger.close();
    int streams = network.starts().size();

    ledger = open("copy.db", LONG);
    scribe = new TestScribe(consortium, ledger);
    assertThat(scribe.say(approval(2))).isEqualTo(ADMITTED);

    assertThat(height).isEqualTo(3);
    assertThat(network.starts().get(streams)).isEqualTo(height);
    assertStandsOnce(3);
  }

  @Test
  void a_question_that_is_never_answered_ends_with_its_deadline() throws Exception {
    try (Ledger hasty = open("hasty.db", SHORT)) {
      network.faults().order(Fault.EVALUATE_SILENT);

      assertThatThrownBy(hasty::size)
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.RETRY))
          .hasMessageContaining("GetChainInfo")
          .hasMessageContaining("DEADLINE_EXCEEDED");
    }
  }

  @Test
  void a_proposal_that_is_never_answered_ends_with_its_deadline() throws Exception {
    SignedEntry entry = scribe.sign(approval(1));
    try (Ledger hasty = open("hasty.db", AT_ONCE)) {
      network.faults().order(Fault.ENDORSE_SILENT);

      assertThatThrownBy(() -> hasty.append(entry))
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.RETRY))
          .isNotInstanceOf(LedgerOutcomeUnknownException.class)
          .hasMessageContaining("DEADLINE_EXCEEDED");
    }
    assertThat(scribe.catchUp().size()).isEqualTo(1);
  }

  @Test
  void a_transaction_that_is_never_acknowledged_ends_with_its_deadline_and_is_unknown()
      throws Exception {
    SignedEntry entry = scribe.sign(approval(1));
    try (Ledger hasty = open("hasty.db", AT_ONCE)) {
      network.faults().order(Fault.SUBMIT_SILENT);

      assertThatThrownBy(() -> hasty.append(entry))
          .isInstanceOf(LedgerOutcomeUnknownException.class)
          .hasStackTraceContaining("DEADLINE_EXCEEDED");
    }
    assertThat(ledger.append(entry)).isEqualTo(ADMITTED);
    assertStandsOnce(2);
  }

  @Test
  void a_block_of_more_than_four_megabytes_is_read() throws Exception {
    network.channel().configure(5 << 20);

    assertThat(scribe.say(approval(1))).isEqualTo(ADMITTED);

    assertThat(network.channel().height()).isEqualTo(4);
    assertStandsOnce(2);
  }

  @Test
  void a_signer_that_fails_for_a_while_is_asked_again() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    Signer good = signer();
    Signer unsteady =
        digest -> {
          if (failures.getAndDecrement() > 0) {
            throw new GeneralSecurityException("the token was pulled out");
          }
          return good.sign(digest);
        };
    try (FabricLedger node = open("unsteady.db", unsteady, LONG)) {
      SignedEntry entry = consortium.sign(scribe.catchUp(), approval(1));
      failures.set(3);
      assertThat(node.append(entry)).isEqualTo(ADMITTED);
      assertThat(failures.get()).isNegative();

      failures.set(Integer.MAX_VALUE);
      assertThatThrownBy(node::size)
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.RETRY))
          .hasMessageContaining("the token was pulled out");
    }
    assertStandsOnce(2);
  }

  @Test
  void what_the_rules_refuse_writes_no_block() throws Exception {
    long height = network.channel().height();

    Said early = new Said(consortium.member(0), new Enrolment(consortium.study().id(), 1, true));

    assertThat(scribe.say(early))
        .isEqualTo(new Admission.Refused(Refusal.UNKNOWN_STUDY, consortium.study().id().value()));
    assertThat(network.channel().height()).isEqualTo(height);
  }
}
