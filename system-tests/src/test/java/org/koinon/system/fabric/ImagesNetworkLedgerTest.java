package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.MemberId;
import org.koinon.network.container.ComposeFile;
import org.koinon.network.container.ContainerImages;
import org.koinon.network.fabric.FabricConnection;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import org.koinon.network.fabric.FabricPrograms;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.ledger.fabric.FabricLedger;
import org.koinon.system.containers.ComposedNetwork;

/**
 * The contract on a network of the images {@code hyperledger/fabric-*}, in containers that are as
 * the generated Compose file says: four BFT orderers, three peers and their chaincodes. Fabric's
 * programs are needed too, for what administrators do.
 */
@Tag("fabric-images")
class ImagesNetworkLedgerTest extends FabricLedgerContract {
  private static final int BASE_PORT = 25_050;
  private static final AtomicInteger LOGS = new AtomicInteger();
  private static final List<MemberId> MEMBERS =
      List.of(new MemberId("alpha"), new MemberId("beta"), new MemberId("gamma"));

  @TempDir private static Path folder;
  private static FabricNetwork network;
  private static ComposedNetwork composed;
  private static ChaincodeDeployment deployment;
  private String chaincode = "";

  @BeforeAll
  static void up() throws IOException, InterruptedException {
    FabricPrograms programs = FabricPrograms.find(System.getenv());
    FabricNetworkDefinition definition =
        FabricNetworkDefinition.parse(
            """
            channel: audit
            base-port: %d
            batch-timeout: 50ms
            organisations: [{id: alpha}, {id: beta}, {id: gamma}]
            """
                .formatted(BASE_PORT),
            "network");
    network =
        FabricNetwork.create(
            folder.resolve("network"),
            definition,
            folder,
            new SecureRandom(),
            InstantSource.system());
    composed =
        ComposedNetwork.start(
            ComposeFile.write(
                network.containerFolder(),
                definition.channel(),
                network.containers(),
                ContainerImages.PUBLISHED,
                Path.of(Objects.requireNonNull(System.getProperty("koinon.chaincode.jar")))));
    network.joinContainers(programs, line -> {});
    network.joinContainers(programs, line -> {}); // nothing is done twice
    deployment = new ChaincodeDeployment(folder.resolve("network"), network, MEMBERS);
  }

  @AfterAll
  static void down() {
    if (composed != null) {
      composed.close();
    }
  }

  @BeforeEach
  void newLog() throws Exception {
    chaincode = "log-" + LOGS.incrementAndGet();
    deployment.deploy(chaincode);
  }

  @Override
  protected FabricConfig config() {
    return config(MEMBERS.getFirst());
  }

  @Override
  protected FabricConfig anotherLog() throws Exception {
    String another = "log-" + LOGS.incrementAndGet();
    deployment.deploy(another);
    return config(MEMBERS.getFirst(), another);
  }

  @Override
  protected Map<Integer, X509Certificate> orderers() throws IOException {
    return OrdererCertificates.of(folder.resolve("network"));
  }

  private FabricConfig config(MemberId member) {
    return config(member, chaincode);
  }

  private static FabricConfig config(MemberId member, String chaincode) {
    FabricConnection connection = network.connection(member);
    return new FabricConfig(
        connection.gateway(),
        connection.tlsRoots(),
        null,
        connection.channel().value(),
        chaincode,
        member.value(),
        connection.certificate(),
        connection.key());
  }

  @Test
  void goes_on_without_a_killed_orderer_which_comes_back() {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
      composed.kill("orderer-2-beta");
      assertThat(new TestScribe(consortium, ledger).say(approval(0, 7)))
          .isEqualTo(new Admission.Admitted());
      composed.startAgain("orderer-2-beta");
      assertThat(new TestScribe(consortium, ledger).say(approval(1, 7)))
          .isEqualTo(new Admission.Admitted());
    }
  }

  @Test
  void a_killed_peer_reads_what_it_missed_when_it_is_back() {
    try (Ledger alpha = open()) {
      admit(alpha, consortium.setUp());
      composed.kill("peer-gamma");
      assertThat(new TestScribe(consortium, alpha).say(approval(0, 7)))
          .isEqualTo(new Admission.Admitted());
      composed.startAgain("peer-gamma");
      try (Ledger gamma = FabricLedger.open(config(MEMBERS.get(2)), newCopy())) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (gamma.size() < alpha.size()) {
          assertThat(System.nanoTime()).isLessThan(end);
        }
        assertThat(replay(gamma).root()).isEqualTo(replay(alpha).root());
      }
    }
  }
}
