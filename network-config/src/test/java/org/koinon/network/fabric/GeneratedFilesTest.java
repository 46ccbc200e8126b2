package org.koinon.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.study.MemberId;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The files that Fabric's programs read, byte by byte; a change here is a change of the network.
 */
final class GeneratedFilesTest {
  private static final String THREE =
      "channel: heart\norganisations: [{id: athens}, {id: basel}, {id: cork, role: auditor}]\n";
  @TempDir Path folder;

  private static NetworkLayout layout(String yaml) {
    return new NetworkLayout(
        Path.of("/srv/heart/fabric"), FabricNetworkDefinition.parse(yaml, "fabric.yaml"));
  }

  private static String golden(String name) {
    try (InputStream in = GeneratedFilesTest.class.getResourceAsStream("/fabric/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JsonNode tree(String yaml) {
    return new YAMLMapper().readTree(yaml);
  }

  @Test
  void the_channel_of_a_bft_network() {
    assertThat(ConfigTx.yaml(layout(THREE))).isEqualTo(golden("configtx-bft.yaml"));
  }

  @Test
  void the_channel_of_a_raft_network_names_nothing_of_bft() {
    String raft = ConfigTx.yaml(layout("consensus: raft\norderers: [basel]\n" + THREE));
    assertThat(raft).isEqualTo(golden("configtx-raft.yaml")).doesNotContain("SmartBFT", "V3_0");
  }

  @Test
  void an_orderer_that_is_renewed_is_named_by_what_is_prepared_for_it_and_no_other_is() {
    for (String consensus : List.of("bft", "raft\norderers: [basel, athens, cork]")) {
      NetworkLayout layout = layout("consensus: " + consensus + "\n" + THREE);
      String standing = ConfigTx.yaml(layout);
      String renewed = ConfigTx.yaml(layout, layout.orderers().get(1));
      assertThat(renewed).isNotEqualTo(standing);
      assertThat(renewed.replace("/orderer-2.next/", "/orderer-2/")).isEqualTo(standing);
      assertThat(standing).doesNotContain(".next");
    }
  }

  @Test
  void an_orderer_and_a_peer_are_set_completely_by_their_files() {
    NetworkLayout layout = layout(THREE);
    assertThat(NodeConfiguration.orderer(layout, layout.orderers().get(3)))
        .isEqualTo(golden("orderer-4.basel.yaml"));
    assertThat(NodeConfiguration.peer(layout, layout.peer(new MemberId("basel"))))
        .isEqualTo(golden("peer.basel.yaml"));
  }

  @Test
  void tls_is_on_everywhere_and_administration_needs_a_certificate() {
    NetworkLayout layout = layout(THREE);
    JsonNode orderer = tree(NodeConfiguration.orderer(layout, layout.orderers().getFirst()));
    assertThat(orderer.at("/General/TLS/Enabled").asBoolean()).isTrue();
    assertThat(orderer.at("/Admin/TLS/ClientAuthRequired").asBoolean()).isTrue();
    JsonNode peer = tree(NodeConfiguration.peer(layout, layout.peers().getFirst()));
    assertThat(peer.at("/peer/tls/enabled").asBoolean()).isTrue();
    assertThat(peer.at("/vm").isMissingNode()).as("no Docker").isTrue();
  }

  @Test
  void a_majority_of_the_hospitals_endorses_and_only_orderers_write_among_those_who_order() {
    String five = "organisations: [{id: a}, {id: b}, {id: c}, {id: d}, {id: e}]\n";
    JsonNode profile = tree(ConfigTx.yaml(layout("channel: x\n" + five))).at("/Profiles/Koinon");
    assertThat(profile.at("/Application/Policies/Endorsement/Rule").asString())
        .isEqualTo("OutOf(3, 'a.peer', 'b.peer', 'c.peer', 'd.peer', 'e.peer')");
    assertThat(profile.at("/Orderer/SmartBFT/RequestBatchMaxInterval").asString())
        .isEqualTo("100ms");
    assertThat(profile.at("/Orderer/ConsenterMapping").size()).isEqualTo(4);
  }

  @Test
  void no_two_nodes_of_the_largest_network_share_a_port() {
    StringBuilder yaml = new StringBuilder("channel: x\norderers: [");
    yaml.append("m0, ".repeat(9)).append("m0]\norganisations:\n");
    for (int i = 0; i < FabricNetworkDefinition.ORGANISATIONS_MAX; i++) {
      yaml.append("  - {id: m").append(i).append("}\n");
    }
    NetworkLayout layout = layout(yaml.toString());
    List<Integer> ports = new java.util.ArrayList<>();
    layout
        .orderers()
        .forEach(
            o -> List.of(o.address(), o.admin(), o.health()).forEach(a -> ports.add(a.port())));
    layout
        .peers()
        .forEach(
            p ->
                List.of(p.address(), p.callback(), p.health(), p.chaincode())
                    .forEach(a -> ports.add(a.port())));
    assertThat(ports).hasSize(30 + 160).doesNotHaveDuplicates();
    assertThat(ports).allMatch(port -> port >= 7050 && port < 7050 + NetworkLayout.PORTS);
  }

  @Test
  void a_path_with_spaces_and_quotes_stays_one_value() {
    NetworkLayout odd =
        new NetworkLayout(
            Path.of("/srv/a \"b\": c"), FabricNetworkDefinition.parse(THREE, "fabric.yaml"));
    JsonNode peer = tree(NodeConfiguration.peer(odd, odd.peers().getFirst()));
    assertThat(peer.at("/peer/mspConfigPath").asString())
        .isEqualTo("/srv/a \"b\": c/organisations/athens/peer/msp");
  }

  @Test
  void the_external_builder_knows_our_package_alone_and_hands_the_peer_its_connection()
      throws IOException, InterruptedException {
    Path metadata = Files.createDirectory(folder.resolve("metadata"));
    Files.writeString(metadata.resolve("metadata.json"), "{\"type\":\"koinon\",\"label\":\"x\"}");
    assertThat(script("detect", Map.of(), folder, metadata)).isZero();
    Files.writeString(metadata.resolve("metadata.json"), "{\"type\":\"golang\",\"label\":\"x\"}");
    assertThat(script("detect", Map.of(), folder, metadata)).isNotZero();
    Path connection = Files.writeString(folder.resolve("connection.json"), "{}");
    Map<String, String> told = Map.of("KOINON_CHAINCODE_CONNECTION", connection.toString());
    assertThat(script("build", told, folder, metadata, folder)).isZero();
    assertThat(script("build", Map.of(), folder, metadata, folder)).isNotZero();
    assertThat(script("release", told, folder, folder.resolve("out"))).isZero();
    assertThat(folder.resolve("out/chaincode/server/connection.json")).hasContent("{}");
  }

  private int script(String name, Map<String, String> environment, Path... arguments)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve(name), Template.text(name));
    List<String> words = new java.util.ArrayList<>(List.of("sh", file.toString()));
    for (Path each : arguments) {
      words.add(each.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    return builder.start().waitFor();
  }
}
