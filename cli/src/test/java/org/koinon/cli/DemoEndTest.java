package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demonstration as a process that is told to end. */
class DemoEndTest {
  private static final int TERMINATED = 128 + 15;

  @TempDir Path folder;

  @Test
  void a_demonstration_that_is_told_to_end_says_nothing_and_leaves_no_process() throws Exception {
    Path errors = folder.resolve("errors");
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.koinon.cli.Main",
                "demo",
                "--work",
                folder.resolve("work").toString())
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader out = demo.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.contains("all nodes are up")) {
        line = out.readLine();
      }
      assertThat(line).as(Files.readString(errors)).isNotNull();
      var nodes = demo.descendants().toList();
      assertThat(nodes).hasSize(4);
      demo.destroy();
      assertThat(demo.waitFor()).isEqualTo(TERMINATED);
      assertThat(nodes).noneMatch(ProcessHandle::isAlive);
    } finally {
      demo.destroyForcibly();
    }
    assertThat(errors).isEmptyFile();
  }
}
