package org.koinon.network.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.study.MemberId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is altered of a channel's configuration, and who signs: with programs in place of Fabric's
 * whose messages are JSON already.
 */
final class ChannelChangeTest {
  /** One script under five names; what it is asked stands in {@code said}. */
  private static final String PROGRAM =
      """
      #!/bin/sh
      here=$(dirname "$0")
      for each in "$@"; do
        case "$each" in
          --input=*|--updated=*) from=${each#*=};;
          --output=*) to=${each#*=};;
        esac
      done
      case "$(basename "$0") $2" in
        configtxlator*) cp "$from" "$to";;
        configtxgen*) cp "$FABRIC_CFG_PATH/configtx.yaml" "$here"; cp "$here/fresh.json" "$6";;
        "peer fetch") cp "$here/standing.json" "$4";;
        "peer signconfigtx") echo "$CORE_PEER_LOCALMSPID signs" >> "$here/said";;
        "peer update") echo "$CORE_PEER_LOCALMSPID hands in" >> "$here/said"; cp "$4" "$here/handed-in";;
      esac
      """;

  private static final String BLOCK =
      """
      {"data": {"data": [{"payload": {"data": {"config": {"sequence": "7", "channel_group": {"groups": {
        "Application": {"groups": {"athens": {"values": {"MSP": {"value": "%1$s"}}}}},
        "Orderer": {
          "groups": {"athens": {"values": {"MSP": {"value": "%1$s"}}}},
          "policies": {"BlockValidation": {"mod_policy": "Admins", "policy": "%1$s"}},
          "values": {
            "BatchSize": {"value": "%1$s"},
            "ConsensusType": {"value": {"metadata": {"consenters": "%1$s", "options": "%1$s"}}}%2$s}}}}}}}}]}}
      """;

  @TempDir Path folder;
  private Path bin;

  @BeforeEach
  void programs() throws IOException {
    bin = Files.createDirectory(folder.resolve("bin"));
    for (FabricPrograms.Program each : FabricPrograms.Program.values()) {
      Path file = Files.writeString(bin.resolve(each.file()), PROGRAM);
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    String orderers = ", \"Orderers\": {\"version\": \"3\", \"value\": \"%s\"}";
    Files.writeString(
        bin.resolve("standing.json"), BLOCK.formatted("old", orderers.formatted("old")));
    Files.writeString(bin.resolve("fresh.json"), BLOCK.formatted("new", orderers.formatted("new")));
  }

  private NetworkLayout layout(String consensus) {
    String organisations = "organisations: [{id: athens}, {id: basel}, {id: cork}]\n";
    return new NetworkLayout(
        folder.resolve("network"),
        FabricNetworkDefinition.parse(
            "channel: heart\nconsensus: " + consensus + "\n" + organisations, "fabric.yaml"));
  }

  private ChannelChange change(NetworkLayout layout) throws IOException {
    Files.createDirectories(layout.folder());
    var programs = FabricPrograms.find(Map.of(FabricPrograms.FOLDER, bin.toString()));
    return new ChannelChange(
        layout, new Administration(layout, programs), layout.orderers().getFirst());
  }

  private static List<MemberId> members(String... ids) {
    return Stream.of(ids).map(MemberId::new).toList();
  }

  /** The part of the configuration that was handed in which is about ordering. */
  private JsonNode ordering() {
    return JsonMapper.shared()
        .readTree(bin.resolve("handed-in").toFile())
        .at("/payload/data/config_update/channel_group/groups/Orderer");
  }

  @Test
  void an_orderer_of_a_bft_network_is_named_anew_with_the_policy_that_its_blocks_are_judged_by()
      throws IOException {
    NetworkLayout layout = layout("bft");
    change(layout).name(layout.orderers().get(1), members("basel", "athens"));
    assertThat(ordering().at("/values/Orderers/value").asString()).isEqualTo("new");
    assertThat(ordering().at("/policies/BlockValidation/policy").asString()).isEqualTo("new");
    assertThat(ordering().at("/values/Orderers/version").asString()).isEqualTo("3");
    assertThat(ordering().at("/values/BatchSize/value").asString()).isEqualTo("old");
    assertThat(ordering().at("/groups/athens/values/MSP/value").asString()).isEqualTo("old");
    assertThat(ordering().at("/values/ConsensusType/value/metadata/options").asString())
        .isEqualTo("old");
    assertThat(bin.resolve("said")).hasContent("athens signs\nbasel hands in\n");
    assertThat(bin.resolve("configtx.yaml"))
        .content()
        .contains("basel/orderer-2.next/msp/signcerts/cert.pem", "athens/orderer-1/tls/tls.crt");
  }

  @Test
  void an_orderer_of_a_raft_network_is_named_by_its_tls_certificates_alone() throws IOException {
    NetworkLayout layout = layout("raft");
    change(layout).name(layout.orderers().getFirst(), members("athens", "cork"));
    JsonNode metadata = ordering().at("/values/ConsensusType/value/metadata");
    assertThat(metadata.path("consenters").asString()).isEqualTo("new");
    assertThat(metadata.path("options").asString()).isEqualTo("old");
    assertThat(ordering().at("/policies/BlockValidation/policy").asString()).isEqualTo("old");
  }

  @Test
  void a_configuration_without_orderers_is_refused_and_nothing_is_handed_in() throws IOException {
    Files.writeString(bin.resolve("standing.json"), BLOCK.formatted("old", ""));
    NetworkLayout layout = layout("bft");
    ChannelChange change = change(layout);
    assertThatThrownBy(() -> change.name(layout.orderers().getFirst(), members("athens")))
        .isInstanceOf(FabricException.class)
        .hasMessageContaining("Orderers");
    assertThat(bin.resolve("handed-in")).doesNotExist();
    assertThat(change.sequence()).isEqualTo(7);
    try (Stream<Path> left = Files.list(layout.folder())) {
      assertThat(left).as("besides the log").hasSize(1);
    }
  }
}
