package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.ledger.embedded.EmbeddedLedger;
import org.koinon.peer.ledger.fabric.FabricLedger;
import org.koinon.peer.ledger.fabric.Patience;

/**
 * The ledger on every Fabric network, the stand-in and real ones: the port's contract, what the
 * network answers, and what the ledger makes of it. Each test has a log of its own.
 */
abstract class FabricLedgerContract extends FabricNetworkContract {
  private static final Patience SHORT = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5));
  private static final Executor OF_ITS_OWN = Thread::startVirtualThread;

  /** How the same member reaches another empty log, of this test too; another one at each call. */
  protected abstract FabricConfig anotherLog() throws Exception;

  /** From now on no block is cut, on a network that can be told so. */
  protected void hold() {}

  /** Cuts blocks again, once so many transactions wait for one where they were held. */
  protected void releaseAt(int transactions) throws InterruptedException {}

  @Test
  void a_handle_on_an_existing_copy_goes_on_where_the_last_one_ended() {
    Path copy = newCopy();
    try (Ledger ledger = FabricLedger.open(config(), copy)) {
      admit(ledger, consortium.setUp());
    }
    try (Ledger other = open()) {
      assertThat(new TestScribe(consortium, other).say(approval(0, 7)))
          .isEqualTo(new Admission.Admitted());
    }
    try (Ledger ledger = FabricLedger.open(config(), copy)) {
      assertThat(ledger.size()).isEqualTo(consortium.setUp().size() + 1);
      assertThat(replay(ledger).size()).isEqualTo(ledger.size());
    }
  }

  @Test
  void two_handles_on_one_copy_share_it() {
    Path copy = newCopy();
    try (Ledger one = FabricLedger.open(config(), copy);
        Ledger two = FabricLedger.open(config(), copy)) {
      admit(one, consortium.setUp());
      assertThat(new TestScribe(consortium, two).say(approval(0, 7)))
          .isEqualTo(new Admission.Admitted());
      assertThat(one.size()).isEqualTo(two.size());
      assertThat(replay(one).root()).isEqualTo(replay(two).root());
    }
  }

  @Test
  void every_copy_has_one_order_and_is_a_ledger_file() {
    Path copy = newCopy();
    VerifiedLog seen;
    try (Ledger ledger = FabricLedger.open(config(), copy)) {
      admit(ledger, consortium.setUp());
      seen = replay(ledger);
    }
    try (Ledger late = open();
        EmbeddedLedger file = EmbeddedLedger.open(copy, consortium.id())) {
      assertThat(replay(late).root()).isEqualTo(seen.root());
      assertThat(replay(file).root()).isEqualTo(seen.root());
    }
  }

  @Test
  void a_false_view_accuses_its_author_and_stops_readers_only_when_too_many_do_it() {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
      Seen truth = replay(ledger).seen();
      Seen lie = new Seen(truth.size(), TestConsortium.digest("another log"));
      assertThat(ledger.append(signed(0, 7, lie))).isEqualTo(new Admission.Admitted());
      assertThat(ledger.append(signed(0, 8, lie))).isEqualTo(new Admission.Admitted());

      VerifiedLog reader = VerifiedLog.of(ledger);
      for (byte[] entry : ledger.read(0, 256)) {
        assertThat(reader.append(entry)).isEmpty();
      }
      assertThat(reader.accused().keySet()).containsExactly(consortium.member(0));
      assertThat(ledger.append(signed(1, 7, reader.seen()))).isEqualTo(new Admission.Admitted());
      assertThat(reader.append(ledger.read(reader.size(), 1).getFirst())).isEmpty();

      assertThat(ledger.append(signed(2, 7, lie))).isEqualTo(new Admission.Admitted());
      byte[] second = ledger.read(reader.size(), 1).getFirst();
      assertThat(reader.append(second)).isPresent();
    }
  }

  @Test
  void a_false_view_under_the_first_entry_is_refused() {
    SignedEntry genesis =
        consortium.sign(
            new Seen(1, TestConsortium.digest("another log")),
            consortium.member(0),
            consortium.genesis());
    try (Ledger ledger = open()) {
      assertThat(ledger.append(genesis)).asString().contains("SEEN_INVALID");
      assertThat(ledger.size()).isZero();
    }
  }

  @Test
  void of_two_writers_of_one_entry_one_is_admitted_and_both_find_it() throws Exception {
    try (Ledger one = open();
        Ledger two = open()) {
      TestScribe scribe = new TestScribe(consortium, one);
      assertThat(scribe.say(consortium.founding())).isEqualTo(new Admission.Admitted());
      SignedEntry entry = scribe.sign(approval(0, 7));
      hold();
      var first = CompletableFuture.supplyAsync(() -> one.append(entry), OF_ITS_OWN);
      var second = CompletableFuture.supplyAsync(() -> two.append(entry), OF_ITS_OWN);
      releaseAt(2);

      assertThat(new Admission[] {first.get(), second.get()})
          .containsExactlyInAnyOrder(new Admission.Admitted(), new Admission.Present());
      assertThat(scribe.catchUp().size()).isEqualTo(2);
    }
  }

  @Test
  void a_signature_of_another_key_is_refused_for_good() throws Exception {
    TestAuthority strangers = new TestAuthority(Files.createDirectory(file("strangers")));
    Signer stranger = Signers.newPrivateKeySigner(strangers.issue("client", "client").key());

    assertThatThrownBy(() -> FabricLedger.open(config(), stranger, newCopy(), SHORT))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.STOP))
        .hasMessageContaining("access denied");
  }

  @Test
  void a_channel_that_the_peer_does_not_serve_is_named() {
    FabricConfig here = config();
    FabricConfig elsewhere = with(here, "lungs", here.certificate());

    assertThatThrownBy(() -> FabricLedger.open(elsewhere, signer(here), newCopy(), SHORT))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("lungs");
  }

  @Test
  void a_copy_of_another_log_is_refused_and_left_as_it_is() throws Exception {
    Path copy = newCopy();
    try (Ledger ledger = FabricLedger.open(config(), copy)) {
      admit(ledger, consortium.setUp());
    }
    FabricConfig another = anotherLog();
    TestConsortium others = TestConsortium.named("other-league", 4);
    try (Ledger foreign = FabricLedger.open(another, newCopy())) {
      assertThat(new TestScribe(others, foreign).say(others.founding()))
          .isEqualTo(new Admission.Admitted());
    }
    Files.delete(copy.resolveSibling(copy.getFileName() + ".block"));

    assertThatThrownBy(() -> FabricLedger.open(another, copy))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("LEDGER_REWRITTEN")
        .hasMessageContaining("another entry 0");

    try (EmbeddedLedger file = EmbeddedLedger.open(copy, consortium.id())) {
      assertThat(replay(file).size()).isEqualTo(consortium.setUp().size());
    }
  }

  @Test
  void the_key_file_is_not_read_where_a_signer_is_given() throws Exception {
    FabricConfig here = config();
    FabricConfig keyless =
        new FabricConfig(
            here.peer(),
            here.peerCa(),
            here.peerName(),
            here.channel(),
            here.chaincode(),
            here.msp(),
            here.certificate(),
            file("no-such-key.pem"));
    AtomicInteger signatures = new AtomicInteger();
    Signer elsewhere = signer(here);
    Signer counted =
        digest -> {
          signatures.incrementAndGet();
          return elsewhere.sign(digest);
        };

    assertThatThrownBy(() -> FabricLedger.open(keyless, newCopy()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no-such-key.pem");
    try (Ledger ledger = FabricLedger.open(keyless, counted, newCopy(), Patience.USUAL)) {
      assertThat(new TestScribe(consortium, ledger).say(consortium.founding()))
          .isEqualTo(new Admission.Admitted());
    }
    assertThat(signatures.get())
        .as("a question, a request for blocks, a proposal, a transaction, a question for its fate")
        .isGreaterThanOrEqualTo(5);
  }

  /** Prints also how long an entry takes until it stands, one after the other. */
  @Test
  void when_append_returns_the_entry_is_the_last_of_this_nodes_copy() {
    int n = 20;
    List<Long> micros = new ArrayList<>();
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
      TestScribe scribe = new TestScribe(consortium, ledger);
      long end = scribe.catchUp().size();
      for (int i = 0; i < n; i++) {
        SignedEntry entry = scribe.sign(approval(0, 100 + i));
        assertThat(ledger.read(end, 1)).isEmpty();
        long start = System.nanoTime();
        assertThat(ledger.append(entry)).isEqualTo(new Admission.Admitted());
        micros.add((System.nanoTime() - start) / 1000);
        assertThat(ledger.read(end, 2)).containsExactly(entry.encode());
        end++;
      }
    }
    micros.sort(null);
    System.out.printf(
        "%s: an entry stands after %.1f ms (median of %d), %.1f ms (longest)%n",
        getClass().getSimpleName(), micros.get(n / 2) / 1000.0, n, micros.getLast() / 1000.0);
  }

  private SignedEntry signed(int member, int subject, Seen seen) {
    Said said = approval(member, subject);
    return consortium.sign(seen, said.author(), said.entry());
  }
}
