package org.koinon.system.fabric;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.Consensus;
import org.koinon.network.fabric.FabricConnection;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import org.koinon.network.fabric.FabricPrograms;
import org.koinon.network.fabric.NodeStatus;
import org.koinon.network.node.FabricConfig;

/**
 * A network of three hospitals on Fabric's own programs, on ports that are free.
 *
 * @param folder of the network
 * @param network it
 * @param programs Fabric's
 */
record RealNetwork(Path folder, FabricNetwork network, FabricPrograms programs)
    implements AutoCloseable {
  /** The hospitals; the first is the one that most tests write as. */
  static final List<MemberId> MEMBERS =
      Stream.of("alpha", "beta", "gamma").map(MemberId::new).toList();

  private static final int FIRST_PORT = 20_050;
  private static final int LAST_PORT = 30_050;
  private static final int PORTS = 200;
  private static final int NEEDED = 60;

  /** Founds it in that folder, and returns when it serves. */
  static RealNetwork start(Path folder, Consensus consensus) throws IOException {
    return start(folder, consensus, "[{id: alpha}, {id: beta}, {id: gamma}]");
  }

  /** The same with these organisations; certificates are brought from beside the folder. */
  static RealNetwork start(Path folder, Consensus consensus, String organisations)
      throws IOException {
    FabricNetworkDefinition definition =
        FabricNetworkDefinition.parse(
            """
            channel: audit
            base-port: %d
            consensus: %s
            batch-timeout: 50ms
            failover: 4s
            organisations: %s
            """
                .formatted(
                    freeBasePort(), consensus.name().toLowerCase(Locale.ROOT), organisations),
            "network");
    FabricPrograms programs = FabricPrograms.find(System.getenv());
    FabricNetwork network =
        FabricNetwork.create(
            folder,
            definition,
            Objects.requireNonNull(folder.getParent()),
            new SecureRandom(),
            InstantSource.system());
    RealNetwork real = new RealNetwork(folder, network, programs);
    try {
      real.up();
    } catch (RuntimeException e) {
      network.down();
      throw e;
    }
    return real;
  }

  static int freeBasePort() throws IOException {
    for (int base = FIRST_PORT; base < LAST_PORT; base += PORTS) {
      if (areFree(base)) {
        return base;
      }
    }
    throw new IOException("no " + NEEDED + " free ports in a row from " + FIRST_PORT + " on");
  }

  private static boolean areFree(int base) {
    for (int port = base; port < base + NEEDED; port++) {
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assert socket.isBound();
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  /** Brings up what does not run. */
  void up() {
    network.up(programs, jar(), line -> {});
  }

  static Path jar() {
    return Path.of(Objects.requireNonNull(System.getProperty("koinon.chaincode.jar")));
  }

  /** How that member's node reaches the chaincode of that name. */
  FabricConfig config(MemberId member, String chaincode) {
    return config(member, network.connection(member).channel().value(), chaincode);
  }

  FabricConfig config(MemberId member, String channel, String chaincode) {
    FabricConnection connection = network.connection(member);
    return new FabricConfig(
        connection.gateway(),
        connection.tlsRoots(),
        null,
        channel,
        chaincode,
        member.value(),
        connection.certificate(),
        connection.key());
  }

  /** The node whose name begins so. */
  NodeStatus node(String prefix) {
    return network.status().stream()
        .filter(each -> each.name().startsWith(prefix))
        .findFirst()
        .orElseThrow();
  }

  void kill(String prefix) {
    network.kill(node(prefix).name());
  }

  @Override
  public void close() {
    network.down();
  }
}
