package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a folder of its own, with a path that holds only what the tests put there. */
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "sh", "dirname", "readlink", "find", "head", "tail", "mkdir", "cat", "rm", "mv", "sed");

  @TempDir Path folder;
  private Path launcher = Path.of("koinon");
  private Path bin = Path.of("bin");

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void copy() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    launcher = root.resolve("koinon");
    Files.copy(Path.of("../koinon"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : TOOLS) {
      Path found =
          Files.exists(Path.of("/usr/bin", tool))
              ? Path.of("/usr/bin", tool)
              : Path.of("/bin", tool);
      Files.createSymbolicLink(bin.resolve(tool), found);
    }
  }

  private Ended launch(Path program, Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    var command = new java.util.ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(words));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Ended(
        code,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  /** A JDK whose java prints its arguments, so that no build is needed. */
  private Path jdk(String version) throws IOException {
    Path home = folder.resolve("jdk-" + version);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = home.resolve("bin/java");
    Files.writeString(java, "#!/bin/sh\nfor word in \"$@\"; do echo \"<$word>\"; done\nexit 7\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return home;
  }

  @Test
  void a_jdk_that_is_too_old_is_refused_by_name() throws Exception {
    Ended ended = launch(launcher, Map.of("KOINON_JAVA_HOME", jdk("17.0.2").toString()));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("is no JDK 25 or newer");
  }

  @Test
  void a_missing_maven_is_said_when_there_is_something_to_build() throws Exception {
    Ended ended = launch(launcher, Map.of("KOINON_JAVA_HOME", jdk("25.0.1").toString()));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("not built yet", "Maven");
    assertThat(launcher.resolveSibling("cli/target/koinon.lock")).doesNotExist();
  }

  @Test
  void words_and_exit_code_pass_through_from_any_folder_and_through_a_link() throws Exception {
    Path built = Files.createDirectories(launcher.resolveSibling("cli/target/koinon"));
    Files.writeString(built.resolve("koinon.jar"), "");
    Files.writeString(built.resolve("built"), "");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("root/koinon"));
    Map<String, String> java = Map.of("JAVA_HOME", jdk("26").toString());
    Ended ended = launch(link, java, "study", "check", "a file.yaml", "");
    assertThat(ended.code()).as(ended.err()).isEqualTo(7);
    assertThat(ended.out())
        .contains("<--sun-misc-unsafe-memory-access=allow>\n")
        .contains("<-jar>\n<" + built.toRealPath().resolve("koinon.jar") + ">\n")
        .endsWith("<study>\n<check>\n<a file.yaml>\n<>\n");
  }
}
