package org.koinon.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.koinon.aggregation.model.TensorFile;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.Study;
import org.koinon.network.consortium.ConsortiumDefinition;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.node.HostPort;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.node.Registrar;
import org.koinon.peer.round.Pen;

/** A consortium whose nodes are processes of the operating system, on one ledger file. */
final class ProcessConsortium implements AutoCloseable {
  private final Path folder;
  private final int peers;
  private final List<Process> started = new ArrayList<>();

  ProcessConsortium(int peers, Path folder) {
    this.peers = peers;
    this.folder = folder.resolve("consortium");
    List<ConsortiumDefinition.Founder> founders = new ArrayList<>();
    List<Integer> ports = freePorts(peers);
    for (int i = 0; i < peers; i++) {
      HostPort address = new HostPort("127.0.0.1:" + ports.get(i));
      founders.add(
          new ConsortiumDefinition.Founder(
              ToyConsortium.member(i), "The Hospital " + i, List.of(Role.HOSPITAL), address));
    }
    ConsortiumFolder.create(
        this.folder,
        new ConsortiumDefinition(new ConsortiumId("processes"), founders),
        Optional.empty(),
        new SecureRandom());
  }

  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : sockets) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path config(int peer) {
    return folder.resolve(ToyConsortium.member(peer).value()).resolve(ConsortiumFolder.NODE);
  }

  NodeHome home(int peer) {
    return NodeHome.read(config(peer));
  }

  /** All propose, approve and enrol; every node holds the file that the study begins from. */
  void adopt(Study study, TensorFile initialModel) {
    as(0, registrar -> registrar.propose(study));
    for (int i = 0; i < peers; i++) {
      var _ = home(i).archive().keep(initialModel);
      as(
          i,
          registrar -> {
            registrar.approve(study);
            registrar.enrol(study.id());
          });
    }
  }

  private void as(int peer, Consumer<Registrar> action) {
    NodeHome home = home(peer);
    Pen.Author author = home.author();
    try (SigningKey _ = author.key();
        NodeLedger ledger = home.ledger(home.own("registrar.pin"))) {
      action.accept(new Registrar(author, ledger));
    }
  }

  /** A node's process; what it says is read from its output. */
  static final class Node {
    private final Process process;
    private final BufferedReader output;

    private Node(Process process) {
      this.process = process;
      this.output = process.inputReader();
    }

    /** Reads on to the line that begins so. */
    String await(String beginning) throws IOException {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(beginning)) {
          return line;
        }
        if (line.startsWith("alarm") || line.contains("was refused")) {
          throw new IllegalStateException(line);
        }
      }
      throw new IllegalStateException("the node ended before it said: " + beginning);
    }

    /** Its exit code, when it has ended. */
    int exit() throws InterruptedException {
      return process.waitFor();
    }

    /** Ends its input, which stops it, and waits. */
    int stop() throws IOException, InterruptedException {
      process.outputWriter().close();
      return process.waitFor();
    }
  }

  /** Starts a peer's node, to be killed at {@code ROUND/STEP} or {@link ToyNode#NOWHERE}. */
  Node start(int peer, String fatal) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            ToyNode.class.getName(),
            config(peer).toString(),
            Integer.toString(peer),
            fatal);
    Path log = config(peer).resolveSibling("node.log");
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    started.add(process);
    return new Node(process);
  }

  Path ledgerFile() {
    return home(0).config().ledger().file();
  }

  /** Nothing that it started is left running. */
  @Override
  public void close() {
    started.forEach(Process::destroyForcibly);
  }
}
