package org.koinon.network.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.yaml.ConfigException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The file for Docker Compose against the specification's schema, and what it promises. */
final class ComposeFileTest {
  @TempDir static Path folder;
  private static Path jar;
  private static FabricNetwork network;
  private static Path file;

  @BeforeAll
  static void a_network_is_written() throws IOException {
    jar = Files.writeString(folder.resolve("chaincode-all.jar"), "jar");
    network = Network.create(folder.resolve("heart"), "");
    file = write(network, network.containerFolder(), jar);
  }

  private static Path write(FabricNetwork network, Path folder, Path jar) {
    return ComposeFile.write(
        folder,
        network.definition().channel(),
        network.containers(),
        ContainerImages.PUBLISHED,
        jar);
  }

  private static String schema() throws IOException {
    try (InputStream in =
        ComposeFileTest.class.getResourceAsStream("/compose-spec/compose-spec.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode read(Path file) throws IOException {
    return Network.tree(Files.readString(file));
  }

  private static List<String> strings(JsonNode array) {
    return array.valueStream().map(JsonNode::asString).toList();
  }

  @Test
  void it_keeps_to_the_compose_specification() throws IOException {
    JsonNode compose = read(file);
    assertThat(Network.errors(schema(), compose)).isEmpty();
    ((ObjectNode) compose.at("/services/peer-athens")).put("imgae", "a slip");
    assertThat(Network.errors(schema(), compose)).as("the schema is in force").isNotEmpty();
  }

  @Test
  void every_orderer_peer_and_chaincode_is_a_service_of_a_pinned_image() throws IOException {
    JsonNode services = read(file).path("services");
    assertThat(services.propertyNames())
        .containsExactly(
            "orderer-1-athens",
            "orderer-2-basel",
            "orderer-3-athens",
            "orderer-4-basel",
            "peer-athens",
            "peer-basel",
            "chaincode-athens",
            "chaincode-basel");
    assertThat(services.at("/orderer-1-athens/image").asString())
        .matches("hyperledger/fabric-orderer:3\\.1\\.\\d+");
    assertThat(services.at("/peer-basel/image").asString())
        .matches("hyperledger/fabric-peer:3\\.1\\.\\d+");
  }

  @Test
  void ports_are_the_definitions_and_only_this_machine_reaches_them() throws IOException {
    JsonNode services = read(file).path("services");
    assertThat(strings(services.at("/orderer-2-basel/ports")))
        .containsExactly("127.0.0.1:17053:17053", "127.0.0.1:17054:17054");
    assertThat(strings(services.at("/peer-basel/ports"))).containsExactly("127.0.0.1:17084:17084");
    assertThat(services.at("/chaincode-basel/ports").isMissingNode()).isTrue();
  }

  @Test
  void with_another_host_others_reach_the_members_ports_and_no_administrators() throws IOException {
    FabricNetwork other = Network.create(folder.resolve("other"), "host: fabric.example\n");
    Path file = write(other, other.containerFolder(), jar);
    JsonNode services = read(file).path("services");
    assertThat(strings(services.at("/orderer-1-athens/ports")))
        .containsExactly("17050:17050", "127.0.0.1:17051:17051");
  }

  @Test
  void whatever_is_mounted_is_there_and_cannot_be_written() throws IOException {
    for (JsonNode service : read(file).path("services")) {
      for (JsonNode mount : service.path("volumes")) {
        if (mount.path("type").asString().equals("bind")) {
          assertThat(file.resolveSibling(mount.path("source").asString())).exists();
          assertThat(mount.path("read_only").asBoolean()).isTrue();
        } else {
          assertThat(read(file).path("volumes").has(mount.path("source").asString())).isTrue();
        }
      }
    }
  }

  @Test
  void no_key_is_in_it_and_files_with_keys_are_their_owners_alone() throws IOException {
    assertThat(file).content().doesNotContain("PRIVATE KEY");
    try (Stream<Path> files = Files.walk(file.resolveSibling("nodes"))) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        boolean isSecret = Files.readString(each).contains("PRIVATE KEY");
        assertThat(each.endsWith("connection.json")).isEqualTo(isSecret);
        if (isSecret) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
              .isEqualTo("rw-------");
        }
      }
    }
  }

  @Test
  void nodes_dial_each_other_by_name_and_health_stays_inside() throws IOException {
    Path nodes = file.resolveSibling("nodes");
    JsonNode peer = read(nodes.resolve("peer-athens/configuration/core.yaml"));
    assertThat(peer.at("/peer/address").asString()).isEqualTo("peer-athens:17080");
    assertThat(peer.at("/peer/listenAddress").asString()).isEqualTo("0.0.0.0:17080");
    assertThat(peer.at("/operations/listenAddress").asString()).isEqualTo("127.0.0.1:17082");
    assertThat(read(nodes.resolve("peer-athens/connection/connection.json")).path("address"))
        .hasToString("\"chaincode-athens:17083\"");
    JsonNode orderer = read(nodes.resolve("orderer-1-athens/configuration/orderer.yaml"));
    assertThat(orderer.at("/General/ListenAddress").asString()).isEqualTo("0.0.0.0");
    assertThat(orderer.at("/Admin/TLS/ClientAuthRequired").asBoolean()).isTrue();
    assertThat(nodes.resolve("peer-athens/builder/bin/detect")).isExecutable();
  }

  @Test
  void the_chaincode_takes_only_those_that_show_a_certificate() throws IOException {
    JsonNode environment = read(file).at("/services/chaincode-athens/environment");
    assertThat(environment.path("CHAINCODE_SERVER_ADDRESS").asString()).isEqualTo("0.0.0.0:17083");
    assertThat(environment.path("CHAINCODE_CLIENT_CA_CERT").asString())
        .isEqualTo("/koinon/organisations/athens/chaincode/tls/ca.crt");
    assertThat(file.resolveSibling("chaincode/chaincode.jar")).hasContent("jar");
  }

  @Test
  void without_the_chaincode_nothing_is_written() {
    Path missing = folder.resolve("none.jar");
    Path target = folder.resolve("nothing");
    assertThatThrownBy(() -> write(network, target, missing))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("build the module chaincode");
    assertThat(target).doesNotExist();
  }
}
