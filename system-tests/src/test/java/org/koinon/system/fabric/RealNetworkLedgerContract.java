package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.Consensus;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.ledger.fabric.FabricLedger;

/**
 * The contract on a network of Fabric's own programs: orderers, and three hospitals with a peer and
 * a chaincode each. Every test agrees on the same chaincode under a new name, which has a state,
 * and so a log, of its own.
 */
abstract class RealNetworkLedgerContract extends FabricLedgerContract {
  private static final AtomicInteger LOGS = new AtomicInteger();

  @TempDir private static Path folder;

  @SuppressWarnings("NullAway.Init") // by found, which each subclass calls first
  private static RealNetwork real;

  @SuppressWarnings("NullAway.Init") // by found
  private static ChaincodeDeployment deployment;

  private String chaincode = "";

  /** Founds the network whose orderers agree in that way. */
  static void found(Consensus consensus) throws IOException {
    Path home = folder.resolve(consensus.name());
    real = RealNetwork.start(home, consensus);
    assertThat(real.network().definition().consensus()).isEqualTo(consensus);
    deployment = new ChaincodeDeployment(home, real.network(), RealNetwork.MEMBERS);
  }

  @AfterAll
  static void down() {
    if (real != null) {
      real.close();
    }
  }

  @BeforeEach
  void newLog() throws Exception {
    chaincode = "log-" + LOGS.incrementAndGet();
    deployment.deploy(chaincode);
  }

  @Override
  protected FabricConfig config() {
    return config(RealNetwork.MEMBERS.getFirst());
  }

  @Override
  protected FabricConfig anotherLog() throws Exception {
    String another = "log-" + LOGS.incrementAndGet();
    deployment.deploy(another);
    return real.config(RealNetwork.MEMBERS.getFirst(), another);
  }

  @Override
  protected Map<Integer, X509Certificate> orderers() throws IOException {
    return OrdererCertificates.of(real.folder());
  }

  private FabricConfig config(MemberId member) {
    return real.config(member, chaincode);
  }

  @Test
  void every_members_peer_gives_one_log() {
    try (Ledger alpha = open();
        Ledger beta = FabricLedger.open(config(RealNetwork.MEMBERS.get(1)), newCopy());
        Ledger gamma = FabricLedger.open(config(RealNetwork.MEMBERS.get(2)), newCopy())) {
      admit(alpha, consortium.setUp());
      // Another organisation's peer has the block a moment later; who signs has read it first.
      TestScribe scribe = new TestScribe(consortium, beta);
      long expected = consortium.setUp().size();
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (beta.size() < expected || gamma.size() < expected) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
      assertThat(scribe.say(approval(1, 7))).isEqualTo(new Admission.Admitted());
      while (alpha.size() <= expected || gamma.size() <= expected) {
        assertThat(System.nanoTime()).isLessThan(end);
      }

      assertThat(replay(alpha).root()).isEqualTo(replay(beta).root());
      assertThat(replay(gamma).root()).isEqualTo(replay(beta).root());
    }
  }
}
