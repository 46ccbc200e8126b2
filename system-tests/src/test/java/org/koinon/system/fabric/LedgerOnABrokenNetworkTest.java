package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.Consensus;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.ledger.fabric.ClockThatIsOff;
import org.koinon.peer.ledger.fabric.FabricLedger;
import org.koinon.peer.ledger.fabric.Patience;

/**
 * What a node sees of the faults of a network of Fabric's own programs: four BFT orderers and three
 * hospitals. Whatever a test breaks, the next one begins by bringing the network up again.
 */
@Tag("fabric")
final class LedgerOnABrokenNetworkTest {
  private static final MemberId ALPHA = RealNetwork.MEMBERS.getFirst();
  private static final MemberId BETA = RealNetwork.MEMBERS.get(1);
  private static final MemberId GAMMA = RealNetwork.MEMBERS.getLast();
  private static final String CHAINCODE = "federation";
  private static final int AT_ONCE = 1_000;
  private static final int READ_MAX = 256;
  private static final Executor OF_ITS_OWN = Thread::startVirtualThread;
  private static final Patience LONG = new Patience(Duration.ofMinutes(2), Duration.ofMinutes(5));
  private static final Patience SHORT = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5));

  @TempDir private static Path folder;
  private static RealNetwork real;
  private static int copies;
  private final TestConsortium consortium = TestConsortium.ofHospitals(4);
  private FabricLedger ledger;
  private TestScribe scribe;

  @BeforeAll
  static void found() throws IOException {
    real = RealNetwork.start(folder.resolve("network"), Consensus.BFT);
  }

  @AfterAll
  static void down() {
    if (real != null) {
      real.close();
    }
  }

  @BeforeEach
  void the_network_is_up() throws Exception {
    real.up();
    ledger = open(real.config(ALPHA, CHAINCODE), LONG);
    scribe = new TestScribe(consortium, ledger);
    if (ledger.size() == 0) {
      assertThat(scribe.say(consortium.founding())).isEqualTo(new Admission.Admitted());
    }
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private static FabricLedger open(FabricConfig config, Patience patience)
      throws IOException, InvalidKeyException {
    var key = Identities.readPrivateKey(Files.readString(config.key()));
    Path copy = folder.resolve("copy-" + copies++ + ".db");
    return FabricLedger.open(config, Signers.newPrivateKeySigner(key), copy, patience);
  }

  /** An entry that was never said before on this channel. */
  private SignedEntry entry(int subject) {
    return scribe.sign(TestScribe.approval(consortium.member(0), subject));
  }

  private void assertStands(SignedEntry entry) {
    assertThat(ledger.get(entry.entryKey()))
        .hasValueSatisfying(found -> assertThat(found.encode()).isEqualTo(entry.encode()));
  }

  /** That member's peer comes to have the same log. */
  private void catchesUp(MemberId member) throws Exception {
    try (FabricLedger other = open(real.config(member, CHAINCODE), LONG)) {
      long expected = scribe.catchUp().size();
      long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (other.size() < expected) {
        assertThat(System.nanoTime()).as("blocks of %s", member).isLessThan(end);
      }
      assertThat(new TestScribe(consortium, other).catchUp().root())
          .isEqualTo(scribe.catchUp().root());
    }
  }

  @Test
  void whichever_orderer_is_killed_the_node_writes_on_without_an_error() {
    for (int i = 1; i <= 4; i++) {
      SignedEntry entry = entry(100 + i);
      real.kill("orderer-" + i);
      assertThat(ledger.append(entry)).isNotInstanceOf(Admission.Refused.class);
      assertStands(entry);
      real.up();
    }
  }

  @Test
  void with_two_of_four_orderers_down_an_entry_waits_reading_goes_on_and_all_is_caught_up()
      throws Exception {
    SignedEntry entry = entry(200);
    long before = ledger.size();
    real.kill("orderer-3");
    real.kill("orderer-4");
    var waiting = CompletableFuture.supplyAsync(() -> ledger.append(entry), OF_ITS_OWN);
    try (FabricLedger hasty = open(real.config(BETA, CHAINCODE), SHORT)) {
      assertThat(hasty.size()).isEqualTo(before);
      SignedEntry another = entry(201);
      assertThatThrownBy(() -> hasty.append(another))
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.RETRY));
    }
    assertThat(waiting).as("nothing is ordered").isNotDone();
    assertThat(ledger.read(0, 1)).hasSize(1);

    real.up();

    assertThat(waiting.get()).isNotInstanceOf(Admission.Refused.class);
    assertStands(entry);
    for (MemberId each : RealNetwork.MEMBERS) {
      catchesUp(each);
    }
  }

  @Test
  void while_a_members_peer_is_down_the_others_write_and_it_catches_up() throws Exception {
    SignedEntry entry = entry(300);
    real.kill("peer.gamma");
    assertThat(ledger.append(entry)).isEqualTo(new Admission.Admitted());
    real.up();
    catchesUp(GAMMA);
  }

  @Test
  void a_node_whose_own_chaincode_is_gone_writes_when_it_is_back() throws Exception {
    SignedEntry entry = entry(400);
    real.kill("chaincode.alpha");
    var waiting = CompletableFuture.supplyAsync(() -> ledger.append(entry), OF_ITS_OWN);
    real.up();
    assertThat(waiting.get()).isNotInstanceOf(Admission.Refused.class);
    assertStands(entry);
  }

  /**
   * A thousand entries wait at three nodes at once. Each node has a hundred of its own under way
   * and its other ones in line, so three hundred are on the network at a time.
   */
  @Test
  void a_thousand_entries_at_three_nodes_300_of_them_under_way_all_stand_and_none_twice()
      throws Exception {
    Set<EntryKey> keys = new HashSet<>();
    List<SignedEntry> entries = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      MemberId author = consortium.member(i % consortium.members().size());
      entries.add(scribe.sign(TestScribe.approval(author, 10_000 + i)));
      keys.add(entries.getLast().entryKey());
    }
    long before = ledger.size();
    try (FabricLedger betas = open(real.config(BETA, CHAINCODE), LONG);
        FabricLedger gammas = open(real.config(GAMMA, CHAINCODE), LONG);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<FabricLedger> nodes = List.of(ledger, betas, gammas);
      List<Future<Admission>> all = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        FabricLedger node = nodes.get(i % nodes.size());
        SignedEntry entry = entries.get(i);
        all.add(executor.submit(() -> node.append(entry)));
      }
      for (Future<Admission> each : all) {
        assertThat(each.get()).isEqualTo(new Admission.Admitted());
      }
    }
    assertThat(ledger.size()).isEqualTo(before + AT_ONCE);
    while (before < ledger.size()) {
      for (byte[] each : ledger.read(before, READ_MAX)) {
        assertThat(keys.remove(SignedEntry.decode(each).entryKey())).isTrue();
        before++;
      }
    }
    assertThat(keys).isEmpty();
    assertThat(scribe.catchUp().size()).isEqualTo(ledger.size());
  }

  @Test
  void a_clock_that_is_twenty_minutes_off_is_named() {
    byte[] entry = entry(500).encode();
    for (Duration off : List.of(Duration.ofMinutes(20), Duration.ofMinutes(-20))) {
      ClockThatIsOff node = new ClockThatIsOff(real.config(ALPHA, CHAINCODE), off);
      assertThatThrownBy(() -> node.append(entry, Duration.ofMinutes(1)))
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.STOP))
          .hasMessageContaining("Set this machine's clock, or the peer's");
    }
    var nearly = new ClockThatIsOff(real.config(ALPHA, CHAINCODE), Duration.ofMinutes(10));
    nearly.append(entry, Duration.ofMinutes(1));
  }

  @Test
  void a_channel_that_is_not_there_is_named() {
    assertThatThrownBy(() -> open(real.config(ALPHA, "lungs", CHAINCODE), SHORT))
        .isInstanceOf(LedgerException.class)
        .hasMessageContaining("lungs");
  }

  @Test
  void a_revoked_member_is_refused_for_good_until_it_has_a_new_certificate() throws Exception {
    SignedEntry entry = entry(600);
    real.network().revoke(real.programs(), BETA, "client");
    catchesUp(GAMMA);
    assertThatThrownBy(() -> open(real.config(BETA, CHAINCODE), LONG).append(entry))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.advice()).isEqualTo(Advice.STOP))
        .hasMessageContaining("revoked");
    assertThat(ledger.append(entry)).isEqualTo(new Admission.Admitted());

    real.network().rotate(real.programs(), BETA, "client");
    try (FabricLedger again = open(real.config(BETA, CHAINCODE), LONG)) {
      assertThat(again.append(entry)).isEqualTo(new Admission.Present());
    }
  }
}
