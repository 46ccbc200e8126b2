package org.koinon.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.network.fabric.FabricPrograms.Program;
import org.koinon.network.yaml.ConfigException;

final class FabricProgramsTest {
  @TempDir Path folder;

  private Path bin(String name) throws IOException {
    Path bin = Files.createDirectory(folder.resolve(name));
    for (Program program : Program.values()) {
      assertThat(Files.createFile(bin.resolve(program.file())).toFile().setExecutable(true))
          .isTrue();
    }
    return bin;
  }

  @Test
  void the_named_folder_comes_before_the_path() throws IOException {
    Path named = bin("named");
    Path other = bin("other");
    Map<String, String> both = Map.of("FABRIC_BIN", named.toString(), "PATH", other.toString());
    assertThat(FabricPrograms.find(both).file(Program.PEER)).isEqualTo(named.resolve("peer"));
    Map<String, String> path = Map.of("PATH", ":/nowhere:\0:" + other);
    assertThat(FabricPrograms.find(path).peer()).isEqualTo(other.resolve("peer"));
  }

  @Test
  void what_is_missing_is_named_with_the_place_to_get_it_in_two_lines() throws IOException {
    Path bin = bin("bin");
    Files.delete(bin.resolve("osnadmin"));
    assertThat(bin.resolve("peer").toFile().setExecutable(false)).isTrue();
    assertThatThrownBy(
            () -> FabricPrograms.find(Map.of("FABRIC_BIN", bin.toString(), "PATH", "/usr/bin")))
        .isInstanceOf(ConfigException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(2))
        .hasMessageStartingWith(
            "FABRIC_BIN=" + bin + ": Hyperledger Fabric's osnadmin, peer are not there.")
        .hasMessageContaining("https://github.com/hyperledger/fabric/releases")
        .hasMessageContaining("koinon network export --compose");
    assertThatThrownBy(() -> FabricPrograms.find(Map.of()))
        .hasMessageStartingWith("Hyperledger Fabric: configtxgen, configtxlator")
        .hasMessageContaining("are neither in FABRIC_BIN (not set) nor on the PATH.");
    assertThatThrownBy(() -> FabricPrograms.find(Map.of("FABRIC_BIN", "/nowhere/bin")))
        .hasMessageStartingWith("FABRIC_BIN=/nowhere/bin: there is no such folder.");
  }
}
