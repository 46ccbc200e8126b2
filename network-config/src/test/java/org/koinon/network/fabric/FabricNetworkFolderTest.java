package org.koinon.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.study.MemberId;
import org.koinon.network.yaml.ConfigException;

/** What can be said of a network before anything of it runs. */
final class FabricNetworkFolderTest {
  @TempDir Path folder;

  private static String definition(String more) {
    return """
    channel: heart
    base-port: 17050
    organisations:
      [{id: athens}, {id: basel}, {id: cork, role: auditor%s}]
    """
        .formatted(more);
  }

  private FabricNetwork create(String more) {
    return FabricNetwork.create(
        folder.resolve("fabric"),
        FabricNetworkDefinition.parse(definition(more), "fabric.yaml"),
        folder,
        new SecureRandom(),
        InstantSource.system());
  }

  @Test
  void it_holds_every_identity_and_is_its_owners_alone() throws IOException {
    FabricNetwork network = create("");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("fabric"))))
        .isEqualTo("rwx------");
    FabricConnection connection = network.connection(new MemberId("basel"));
    assertThat(connection.gateway()).hasToString("127.0.0.1:17084");
    assertThat(connection.key()).exists();
    assertThat(connection.certificate()).exists();
    assertThat(connection.tlsRoots()).exists();
    assertThat(network.connection(new MemberId("cork")).gateway())
        .as("who has no peer asks a hospital's")
        .hasToString("127.0.0.1:17080");
    assertThat(network.status()).hasSize(4 + 2 + 2).noneMatch(NodeStatus::isRunning);
    assertThat(
            FabricNetwork.open(folder.resolve("fabric"), new SecureRandom(), InstantSource.system())
                .definition())
        .isEqualTo(network.definition());
  }

  @Test
  void nothing_is_overwritten_and_a_failure_leaves_nothing() throws IOException {
    assertThatThrownBy(() -> create(", certificates: brought"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("brought/msp: needs the authority's certificate");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
    create("");
    assertThatThrownBy(() -> create("")).hasMessageContaining("exists already");
  }

  @Test
  void what_needs_a_running_network_says_so() throws IOException {
    FabricNetwork network = create("");
    Path bin = Files.createDirectory(folder.resolve("bin"));
    for (FabricPrograms.Program program : FabricPrograms.Program.values()) {
      assertThat(Files.createFile(bin.resolve(program.file())).toFile().setExecutable(true))
          .isTrue();
    }
    FabricPrograms programs = FabricPrograms.find(Map.of("FABRIC_BIN", bin.toString()));
    MemberId basel = new MemberId("basel");
    assertThatThrownBy(() -> network.revoke(programs, basel, "client"))
        .isInstanceOf(FabricException.class)
        .hasMessageContaining("no orderer runs");
    assertThatThrownBy(() -> network.revoke(programs, basel, "admin"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rotate it");
    assertThatThrownBy(() -> network.revoke(programs, basel, "orderer-2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rotate 'orderer'");
    assertThatThrownBy(() -> network.rotate(programs, basel, "orderer-1"))
        .hasMessageContaining("one of admin, client, peer, orderer, tls");
    MemberId cork = new MemberId("cork");
    assertThatThrownBy(() -> network.rotate(programs, cork, "orderer"))
        .hasMessageContaining("cork: runs no orderer: they are run by [athens, basel]");
    assertThatThrownBy(() -> network.rotate(programs, cork, "tls"))
        .hasMessageContaining("cork: runs no node that others dial");
    for (String identity : List.of("client", "orderer", "tls")) {
      byte[] before = Files.readAllBytes(network.connection(basel).certificate());
      assertThatThrownBy(() -> network.rotate(programs, basel, identity))
          .hasMessageContaining("no orderer runs");
      assertThat(network.connection(basel).certificate()).hasBinaryContent(before);
    }
    assertThatThrownBy(() -> network.up(programs, folder.resolve("no.jar"), line -> {}))
        .hasMessageContaining("build the module chaincode");
    assertThatThrownBy(() -> network.kill("peer.nobody")).hasMessageContaining("is no node");
    network.down();
  }

  @Test
  void a_second_command_on_the_same_network_is_refused() throws Exception {
    FabricNetwork network = create("");
    try (var channel =
            java.nio.channels.FileChannel.open(
                folder.resolve("fabric/lock"),
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(network::down)
          .isInstanceOf(FabricException.class)
          .hasMessageContaining("another command is at work");
    }
  }
}
