package org.koinon.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.koinon.cli.NodeEventJson;
import org.koinon.federation.study.MemberId;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** A hospital's node as a process of the operating system; its events are read from its output. */
final class NodeProcess {
  private static final long STOP_SECONDS = 15;

  private final MemberId member;
  private final Process process;
  private final Thread reader;
  private final Path log;

  private NodeProcess(MemberId member, Process process, Thread reader, Path log) {
    this.member = member;
    this.process = process;
    this.reader = reader;
    this.log = log;
  }

  /** Java options of a node whose model is small: up quickly, and little memory. */
  static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-Xmx512m");

  /**
   * Java options of a node that computes: code that the processor's own AES and vectors speed up.
   */
  static final List<String> THOROUGH = List.of();

  /**
   * Starts {@code koinon node run --config FILE --json} with this program's own Java and classes.
   */
  static NodeProcess start(
      MemberId member, Path config, List<String> options, Consumer<JsonNode> events) {
    Path log = config.resolveSibling("node.log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow"); // of Fabric's client: protobuf, Netty
    command.add("-Dai.djl.offline=true");
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of("org.koinon.cli.Main", "node", "run", "--config", config.toString(), "--json"));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      Thread reader = Thread.ofVirtual().name(member.value()).start(() -> read(process, events));
      return new NodeProcess(member, process, reader, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the node of " + member, e);
    }
  }

  private static void read(Process process, Consumer<JsonNode> events) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        events.accept(NodeEventJson.parse(line));
      }
    } catch (IOException | JacksonException e) {
      process.destroyForcibly(); // its output cannot be followed any more
    }
  }

  MemberId member() {
    return member;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it wrote for its operator. */
  Path log() {
    return log;
  }

  /** kill -9. */
  void kill() {
    process.destroyForcibly();
    join();
  }

  /** SIGTERM, and a moment to end. */
  void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    join();
  }

  private void join() {
    try {
      var _ = process.waitFor();
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
