package org.koinon.network.fabric;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.koinon.network.fabric.FabricPrograms.Program;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;
import org.koinon.network.node.HostPort;

/** The nodes as processes: how each is started, and how one sees that it serves. */
final class Nodes {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);
  private static final int HTTP_OK = 200;

  /** How the chaincode is started. */
  static final List<String> CHAINCODE_OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1", // a few calls a second: a quick start counts for more
          "-Xmx256m");

  /** The chaincode's main class. */
  static final String CHAINCODE_MAIN = "org.koinon.chaincode.ChaincodeMain";

  private final NetworkLayout layout;
  private final NodeProcesses processes;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(ANSWER_TIMEOUT).version(Version.HTTP_1_1).build();

  Nodes(NetworkLayout layout, NodeProcesses processes) {
    this.layout = layout;
    this.processes = processes;
  }

  /** Starts the orderer unless it runs, and returns when it serves. */
  void start(FabricPrograms programs, Orderer orderer) {
    start(
        command(programs, orderer),
        List.of(orderer.address(), orderer.admin(), orderer.health()),
        orderer.health());
  }

  private Command command(FabricPrograms programs, Orderer orderer) {
    return new Command(
        orderer.name(),
        List.of(programs.file(Program.ORDERER).toString()),
        Map.of("FABRIC_CFG_PATH", orderer.home().toString(), "FABRIC_LOGGING_SPEC", "warn"),
        log(orderer.name()));
  }

  /** Returns once the condition holds of an orderer that runs. */
  void await(FabricPrograms programs, Orderer orderer, BooleanSupplier condition) {
    ProcessHandle process =
        processes.running(orderer.name()).orElseThrow(() -> ended(orderer.name()));
    Patience.await(process, command(programs, orderer), condition);
  }

  private FabricException ended(String name) {
    return new FabricException(name + " ended; see " + log(name));
  }

  boolean isRunning(String name) {
    return processes.running(name).isPresent();
  }

  /** Asks a node to end, and returns when it has. */
  void stop(String name) {
    processes.stop(name);
  }

  /** Starts the peer unless it runs, and returns when it serves. */
  void start(FabricPrograms programs, Peer peer) {
    Command command =
        new Command(
            peer.name(),
            List.of(programs.file(Program.PEER).toString(), "node", "start"),
            Map.of(
                "FABRIC_CFG_PATH",
                peer.home().toString(),
                "FABRIC_LOGGING_SPEC",
                "warn",
                "KOINON_CHAINCODE_CONNECTION",
                peer.connection().toString()),
            log(peer.name()));
    start(command, List.of(peer.address(), peer.callback(), peer.health()), peer.health());
  }

  /** Starts the peer's chaincode unless it runs, and returns when it listens. */
  void startChaincode(Path jar, Peer peer) {
    Path tls = layout.organisation(peer.member()).resolve(Identities.CHAINCODE).resolve("tls");
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(CHAINCODE_OPTIONS);
    words.addAll(List.of("-cp", jar.toAbsolutePath().toString(), CHAINCODE_MAIN));
    Command command =
        new Command(
            peer.chaincodeName(),
            words,
            chaincodeEnvironment(peer.chaincode(), tls),
            log(peer.chaincodeName()));
    if (processes.running(command.name()).isEmpty()) {
      refuseTaken(command.name(), List.of(peer.chaincode()));
    }
    ProcessHandle process = processes.start(command);
    Patience.await(process, command, () -> listens(peer.chaincode()));
  }

  /** What the chaincode is told. */
  static Map<String, String> chaincodeEnvironment(HostPort listening, Path tls) {
    return Map.of(
        "CHAINCODE_SERVER_ADDRESS", listening.value(),
        "CHAINCODE_ID", ChaincodePackage.id(),
        "CHAINCODE_TLS_KEY", tls.resolve("tls.key").toString(),
        "CHAINCODE_TLS_CERT", tls.resolve("tls.crt").toString(),
        "CHAINCODE_CLIENT_CA_CERT", tls.resolve("ca.crt").toString());
  }

  private void start(Command command, List<HostPort> ports, HostPort health) {
    if (processes.running(command.name()).isEmpty()) {
      refuseTaken(command.name(), ports);
    }
    ProcessHandle process = processes.start(command);
    Patience.await(
        process, command, () -> ports.stream().allMatch(Nodes::listens) && isHealthy(health));
  }

  Path log(String name) {
    return layout.folder().resolve("logs").resolve(name + ".log");
  }

  /** Before the node says so less clearly in its log. */
  private static void refuseTaken(String name, List<HostPort> ports) {
    for (HostPort each : ports) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(address(each));
      } catch (IOException e) {
        throw new FabricException(
            name
                + " cannot listen on "
                + each
                + " ("
                + e.getMessage()
                + "): stop the program that does, or found the network with another base-port",
            e);
      }
    }
  }

  private static InetSocketAddress address(HostPort address) throws IOException {
    return new InetSocketAddress(InetAddress.getAllByName(address.host())[0], address.port());
  }

  private boolean isHealthy(HostPort health) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + health + "/healthz"))
            .timeout(ANSWER_TIMEOUT)
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode() == HTTP_OK;
    } catch (IOException e) {
      return false; // not yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether somebody takes connections there. */
  static boolean listens(HostPort address) {
    try (Socket socket = new Socket()) {
      socket.connect(address(address), (int) ANSWER_TIMEOUT.toMillis());
      return true;
    } catch (IOException e) {
      return false; // not yet
    }
  }
}
