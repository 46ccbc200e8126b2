package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code koinon demo --anchor}, small: hospitals as processes, and a real EVM node. */
@Tag("anchor")
class AnchorDemoTest {
  @TempDir private Path folder;

  @Test
  void all_members_forge_their_ledger_together_and_the_anchor_tells()
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            "org.koinon.cli.Main",
            "demo",
            "--anchor",
            "--peers",
            "3",
            "--rounds",
            "1",
            "--work",
            folder.resolve("demo").toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("KOINON_ANVIL", Anvil.program().toString());
    Process process = builder.start();
    process.getOutputStream().close();
    int code = process.waitFor();

    String said = Files.readString(out);
    assertThat(code).as(said).isZero();
    assertThat(said.lines().filter(line -> line.contains("audit without the anchor: VERIFIED")))
        .as("the ledger as it is, cut, rewritten")
        .hasSize(3);
    assertThat(said.lines().filter(line -> line.contains("audit with the anchor:")).toList())
        .satisfiesExactly(
            whole -> assertThat(whole).endsWith("VERIFIED"),
            cut -> assertThat(cut).contains("LOG_CUT"),
            rewritten -> assertThat(rewritten).contains("LOG_REWRITTEN"));
    assertThat(said).contains("signed by 3 of 3 members");
  }
}
