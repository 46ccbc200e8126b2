package org.koinon.network.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.network.fabric.FabricNetwork;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The chart's values against its own schema, and what they promise. */
final class HelmChartTest {
  private static final Pattern VALUE = Pattern.compile("\\.Values\\.(\\w+)(?:\\.(\\w+))?");

  @TempDir static Path folder;
  private static Path helm;

  @BeforeAll
  static void a_chart() throws IOException {
    FabricNetwork network = Network.create(folder, "");
    Path jar = Files.writeString(folder.resolve("chaincode-all.jar"), "jar");
    helm =
        HelmChart.write(
            network.containerFolder().resolve("helm"),
            network.containers(),
            ContainerImages.PUBLISHED,
            jar);
  }

  private static ObjectNode values() throws IOException {
    ObjectNode values = (ObjectNode) Network.tree(Files.readString(helm.resolve(HelmChart.VALUES)));
    return values.setAll((ObjectNode) secrets());
  }

  private static JsonNode secrets() throws IOException {
    return Network.tree(Files.readString(helm.resolve(HelmChart.SECRETS)));
  }

  private static String schema() throws IOException {
    return Files.readString(helm.resolve("chart/values.schema.json"));
  }

  @Test
  void values_and_secrets_keep_to_the_charts_schema() throws IOException {
    assertThat(Network.errors(schema(), values())).isEmpty();
    assertThat(values().path("nodes")).hasSize(4 + 2 + 2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "an image of no version, /images, peer, hyperledger/fabric-peer",
    "the newest image, /images, peer, hyperledger/fabric-peer:latest",
    "a size in gigabytes, /storage, size, 10GB",
    "a name with a dot, /nodes/0, name, orderer-1.athens",
    "a path that is none, /nodes/0, data, ledger",
    "a kind that is none, /nodes/0, kind, database",
    "a slip, /nodes/0, porst, x"
  })
  void a_slip_is_refused(String slip, String at, String key, String value) throws IOException {
    ObjectNode values = values();
    ((ObjectNode) values.at(at)).put(key, value);
    assertThat(Network.errors(schema(), values)).as(slip).isNotEmpty();
  }

  @Test
  void a_chart_without_nodes_is_refused() throws IOException {
    ObjectNode values = values();
    ((ArrayNode) values.path("nodes")).removeAll();
    assertThat(Network.errors(schema(), values)).isNotEmpty();
  }

  @Test
  void templates_ask_for_values_that_the_schema_knows() throws IOException {
    JsonNode known = Network.tree(schema()).path("properties");
    Set<String> asked = new HashSet<>();
    for (String name : HelmChart.FILES) {
      VALUE
          .matcher(Files.readString(helm.resolve(HelmChart.CHART).resolve(name)))
          .results()
          .forEach(
              match -> {
                asked.add(match.group(1));
                JsonNode value = known.path(match.group(1));
                assertThat(value.isObject()).as(match.group()).isTrue();
                if (match.group(2) != null) {
                  assertThat(value.path("properties").has(match.group(2)))
                      .as(match.group())
                      .isTrue();
                }
              });
    }
    assertThat(asked)
        .containsExactlyInAnyOrder("images", "storage", "resources", "nodes", "secrets");
  }

  @Test
  void keys_are_in_the_secret_values_alone_which_are_their_owners() throws IOException {
    assertThat(helm.resolve(HelmChart.VALUES)).content().doesNotContain("PRIVATE KEY");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(helm.resolve(HelmChart.SECRETS))))
        .isEqualTo("rw-------");
    Path key = folder.resolve("fabric/organisations/athens/peer/msp/keystore/key.pem");
    String encoded =
        secrets()
            .path("secrets")
            .path("peer-athens")
            .path("koinon.organisations.athens.peer.msp.keystore.key.pem")
            .asString();
    assertThat(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8))
        .isEqualTo(Files.readString(key));
  }

  @Test
  void every_secret_that_a_node_mounts_is_there_and_no_two_have_one_key() throws IOException {
    JsonNode secrets = secrets().path("secrets");
    for (JsonNode node : values().path("nodes")) {
      Set<String> keys = new HashSet<>();
      for (JsonNode file : node.path("secrets")) {
        assertThat(keys.add(file.path("key").asString())).isTrue();
      }
      assertThat(secrets.path(node.path("name").asString()).propertyNames())
          .containsExactlyInAnyOrderElementsOf(keys);
    }
  }
}
