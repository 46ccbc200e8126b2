package org.koinon.network.fabric;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.koinon.network.keys.PrivateFile;

/**
 * The network's long-running processes, by name. Each has a file with its id and the moment of its
 * start, so that a process that was given the same id later is neither taken for it nor ended.
 */
final class NodeProcesses {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(2);
  private static final Pattern RECORD = Pattern.compile("[0-9]{1,10} [0-9]{1,18}\n");

  private final Path folder;
  private final Duration stopPatience;

  NodeProcesses(Path folder) {
    this(folder, STOP_PATIENCE);
  }

  /**
   * The processes whose records are in this folder.
   *
   * @param stopPatience how long a process that was asked to end may take
   */
  NodeProcesses(Path folder, Duration stopPatience) {
    this.folder = folder;
    this.stopPatience = stopPatience;
  }

  /** The process of this name, if it runs. */
  Optional<ProcessHandle> running(String name) {
    Path file = file(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String record = new String(PrivateFile.read(file, 64), StandardCharsets.US_ASCII);
    if (!RECORD.matcher(record).matches()) {
      return Optional.empty(); // cut off by a power failure, after which nothing of it runs
    }
    List<String> parts = List.of(record.strip().split(" ", -1));
    Instant begun = Instant.ofEpochMilli(Long.parseLong(parts.getLast()));
    return ProcessHandle.of(Long.parseLong(parts.getFirst()))
        .filter(ProcessHandle::isAlive)
        .filter(
            process -> process.info().startInstant().filter(at -> isSame(at, begun)).isPresent());
  }

  /** The system derives the moment from its clock, which may have been set right meanwhile. */
  private static boolean isSame(Instant at, Instant begun) {
    return Duration.between(at, begun).abs().compareTo(CLOCK_TOLERANCE) <= 0;
  }

  /** Starts a process unless the one of this name runs. */
  ProcessHandle start(Command command) {
    Optional<ProcessHandle> running = running(command.name());
    if (running.isPresent()) {
      return running.get();
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FabricException("cannot make " + folder + ": " + e.getMessage(), e);
    }
    Process process = command.start();
    long begun = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    PrivateFile.replace(
        file(command.name()),
        (process.pid() + " " + begun + "\n").getBytes(StandardCharsets.US_ASCII));
    return process.toHandle();
  }

  /** Asks the process to end, and ends it if it does not. */
  void stop(String name) {
    running(name)
        .ifPresent(
            process -> {
              process.destroy();
              if (!hasEnded(process, stopPatience)) {
                process.destroyForcibly();
                if (!hasEnded(process, KILL_PATIENCE)) {
                  throw new FabricException(name + ", process " + process.pid() + ", does not end");
                }
              }
            });
    forget(name);
  }

  /** Ends it at once, as a power failure would. */
  void kill(String name) {
    running(name)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              hasEnded(process, KILL_PATIENCE);
            });
    forget(name);
  }

  /** Every name for which there is a record. */
  List<String> names() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".pid"))
          .map(file -> file.substring(0, file.length() - ".pid".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new FabricException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  private void forget(String name) {
    try {
      Files.deleteIfExists(file(name));
    } catch (IOException e) {
      throw new FabricException("cannot remove " + file(name), e);
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".pid");
  }

  private static boolean hasEnded(ProcessHandle process, Duration patience) {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a process cannot be waited for", e);
    }
  }
}
