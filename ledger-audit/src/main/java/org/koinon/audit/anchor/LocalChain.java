package org.koinon.audit.anchor;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.koinon.audit.anchor.AnchorException.Fault;
import tools.jackson.databind.JsonNode;

/**
 * A chain of its own in one process on this machine: the program {@code anvil}, for demonstrations
 * and tests. It listens on the loopback address alone.
 */
public final class LocalChain implements AutoCloseable {
  private static final String PROGRAM = "anvil";
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(50);
  private static final int STOP_SECONDS = 10;
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);

  private final Process process;
  private final RpcTransport rpc;

  private LocalChain(Process process, RpcTransport rpc) {
    this.process = process;
    this.rpc = rpc;
  }

  /** The program, where {@code KOINON_ANVIL} or the PATH has it. */
  public static Optional<Path> program(Map<String, String> environment) {
    String named = environment.get("KOINON_ANVIL");
    if (named != null && !named.isEmpty()) {
      return Optional.of(Path.of(named)).filter(Files::isExecutable);
    }
    String path = environment.getOrDefault("PATH", "");
    return List.of(path.split(File.pathSeparator, -1)).stream()
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it on a free port; what it prints goes to the log file. */
  public static LocalChain start(Path program, Path log, List<String> options) {
    return start(program, log, freePort(), options);
  }

  /** Starts it on that port, such as one that was stopped there. */
  public static LocalChain start(Path program, Path log, int port, List<String> options) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(program.toString(), "--host", "127.0.0.1", "--port", String.valueOf(port)));
    command.addAll(options);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      process.getOutputStream().close();
      RpcTransport rpc = new RpcTransport(RpcUrl.parse("http://127.0.0.1:" + port));
      LocalChain chain = new LocalChain(process, rpc);
      chain.awaitUp(log);
      return chain;
    } catch (IOException e) {
      throw new UncheckedIOException(program + " cannot be started: " + e.getMessage(), e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port", e);
    }
  }

  private void awaitUp(Path log) {
    Pace pace = Pace.steady(STEP, START);
    do {
      try {
        rpc.result("eth_chainId");
        return;
      } catch (AnchorException e) {
        if (!process.isAlive() || !e.isPassing()) {
          break;
        }
      }
    } while (pace.next());
    close();
    throw new AnchorException(
        Fault.NODE_UNREACHABLE, "the local EVM node did not come up; its log is " + log);
  }

  /** Where it answers. */
  public RpcUrl url() {
    return rpc.url();
  }

  /** Its chain's id. */
  public ChainId chain() {
    try (EvmNode node = EvmNode.open(rpc.url())) {
      return node.chain();
    }
  }

  /** Gives an address that many ether out of nothing. */
  public void fund(EvmAddress address, long ether) {
    BigInteger wei = ETHER.multiply(BigInteger.valueOf(ether));
    var _ = ask("anvil_setBalance", address.value(), "0x" + wei.toString(16));
  }

  /** Makes empty blocks. */
  public void mine(int blocks) {
    var _ = ask("anvil_mine", "0x" + Integer.toHexString(blocks));
  }

  /** Asks it anything; for what only such a chain can do. */
  JsonNode ask(String method, Object... parameters) {
    return rpc.result(method, parameters);
  }

  /** Its process. */
  Process process() {
    return process;
  }

  @Override
  public void close() {
    rpc.close();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
