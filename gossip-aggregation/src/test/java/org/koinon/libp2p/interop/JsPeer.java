package org.koinon.libp2p.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.testkit.NpmPackages;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A js-libp2p peer in a process of its own, driven by JSON lines: {@link #send} a command, {@link
 * #await} an event. Commands and events are those of {@code src/test/js/peer.mjs}.
 */
public final class JsPeer implements AutoCloseable {
  /** Which js-libp2p. */
  public enum Generation {
    /** libp2p 2.3: multiplexer by multistream-select after Noise. */
    V2,
    /** libp2p 3.3: multiplexer agreed inside the Noise handshake. */
    V3
  }

  private static final NpmPackages PACKAGES =
      new NpmPackages("interop", Path.of("src/test/js"), Path.of("target/js-peer"), "peer.mjs");
  private static final JsonMapper JSON = new JsonMapper();
  private static final long WAIT_SECONDS = 60;

  private final Process process;
  private final Writer commands;
  private final LinkedBlockingQueue<JsonNode> arriving = new LinkedBlockingQueue<>();
  private final Deque<JsonNode> seen = new ArrayDeque<>();
  private final JsonNode ready;

  private JsPeer(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::readEvents);
    this.ready = await("ready");
  }

  /** Starts a peer that listens on loopback. */
  public static JsPeer start(Generation generation) throws IOException {
    Process process =
        new ProcessBuilder(
                "node", "peer.mjs", "--generation", generation.name().toLowerCase(Locale.ROOT))
            .directory(PACKAGES.installed().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      return new JsPeer(process);
    } catch (RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  public PeerId peerId() {
    return PeerId.parse(ready.get("peer").asString());
  }

  public Multiaddr address() {
    return Multiaddr.parse(ready.get("addrs").get(0).asString());
  }

  /** Sends a command with its arguments. */
  public void send(String command, Map<String, ?> arguments) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>(arguments);
    line.put("cmd", command);
    commands.write(JSON.writeValueAsString(line) + "\n");
    commands.flush();
  }

  /** The next event of this name; events passed over stay for later calls. */
  public JsonNode await(String event) {
    return await(event, fields -> true);
  }

  /** The next event of this name whose fields match. */
  public JsonNode await(String event, Predicate<JsonNode> matching) {
    for (var kept = seen.iterator(); kept.hasNext(); ) {
      JsonNode candidate = kept.next();
      if (is(candidate, event) && matching.test(candidate)) {
        kept.remove();
        return candidate;
      }
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (true) {
      JsonNode next = poll(end - System.nanoTime());
      if (next == null) {
        throw new AssertionError("no event \"" + event + "\" came; others: " + seen);
      }
      if (is(next, "error") && !event.equals("error")) {
        throw new AssertionError("js peer: " + next.get("message").asString());
      }
      if (is(next, event) && matching.test(next)) {
        return next;
      }
      seen.add(next);
    }
  }

  private JsonNode poll(long nanos) {
    try {
      return arriving.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static boolean is(JsonNode node, String event) {
    return node.get("event").asString().equals(event);
  }

  private void readEvents() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        arriving.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      commands.close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
