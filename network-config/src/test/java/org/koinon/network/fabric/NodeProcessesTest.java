package org.koinon.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.network.keys.PrivateFile;

final class NodeProcessesTest {
  @TempDir Path folder;

  private NodeProcesses processes() {
    return new NodeProcesses(folder.resolve("run"));
  }

  private Command command(String name, String... words) {
    return new Command(name, List.of(words), Map.of("OWN", "1"), folder.resolve(name + ".log"));
  }

  @AfterEach
  void nothing_is_left_running() {
    processes().names().forEach(processes()::kill);
  }

  @Test
  void a_process_outlives_who_started_it_and_is_found_and_ended_by_its_record() {
    ProcessHandle started = processes().start(command("node", "sleep", "600"));
    assertThat(processes().running("node")).contains(started);
    assertThat(processes().start(command("node", "sleep", "600"))).isEqualTo(started);
    assertThat(processes().names()).containsExactly("node");
    processes().stop("node");
    assertThat(started.isAlive()).isFalse();
    assertThat(processes().running("node")).isEmpty();
    assertThat(processes().names()).isEmpty();
  }

  @Test
  void what_was_killed_or_never_started_is_stopped_already() {
    ProcessHandle started = processes().start(command("node", "sleep", "600"));
    processes().kill("node");
    assertThat(started.isAlive()).isFalse();
    processes().stop("node");
    processes().stop("never-started");
  }

  @Test
  void a_process_that_does_not_listen_is_ended_all_the_same() {
    Path deaf = folder.resolve("deaf");
    Command command =
        command("node", "sh", "-c", "trap '' TERM; : > '" + deaf + "'; exec sleep 600");
    ProcessHandle started = processes().start(command);
    Patience.await(started, command, () -> Files.exists(deaf));
    assertThat(started.destroy()).as("it is asked to end, and stays").isTrue();
    assertThat(started.isAlive()).isTrue();
    new NodeProcesses(folder.resolve("run"), Duration.ofMillis(200)).stop("node");
    assertThat(started.isAlive()).isFalse();
    assertThat(processes().names()).isEmpty();
  }

  @Test
  void another_process_that_was_given_the_same_id_is_left_alone() throws IOException {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Path record = Files.createDirectory(folder.resolve("run")).resolve("node.pid");
      long begun = stranger.info().startInstant().orElseThrow().toEpochMilli();
      PrivateFile.replace(
          record,
          (stranger.pid() + " " + (begun - 60_000) + "\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(processes().running("node")).isEmpty();
      processes().stop("node");
      assertThat(stranger.isAlive()).isTrue();
      PrivateFile.replace(record, "12".getBytes(StandardCharsets.US_ASCII));
      assertThat(processes().running("node")).as("a record that was cut off").isEmpty();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void a_node_that_ends_at_once_is_reported_with_its_log_and_last_words() {
    Command failing = command("node", "sh", "-c", "echo first; echo no such key >&2; exit 3");
    ProcessHandle process = processes().start(failing);
    assertThatThrownBy(() -> Patience.await(process, failing, () -> false))
        .isInstanceOf(FabricException.class)
        .hasMessage(
            "node ended while it started; see " + folder.resolve("node.log") + ": no such key");
  }

  @Test
  void a_command_gives_its_output_or_says_why_not() {
    assertThat(command("ok", "sh", "-c", "echo yes; echo noise >&2").run()).isEqualTo("yes\n");
    assertThatThrownBy(() -> command("bad", "sh", "-c", "echo reason >&2; exit 4").run())
        .isInstanceOf(FabricException.class)
        .hasMessage("bad ended with status 4; see " + folder.resolve("bad.log") + ": reason");
    assertThatThrownBy(() -> command("none", folder.resolve("absent").toString()).run())
        .hasMessageStartingWith("cannot run none: ");
  }

  @Test
  void a_program_sees_its_own_settings_and_an_empty_input() {
    assertThat(command("env", "sh", "-c", "cat; echo $OWN").run()).isEqualTo("1\n");
  }
}
