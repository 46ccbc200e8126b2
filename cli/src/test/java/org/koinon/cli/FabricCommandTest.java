package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.node.NodeHome;

/** What the commands say before any program of Fabric is needed. */
class FabricCommandTest {
  @TempDir Path folder;

  private Run network(Object... words) {
    List<Object> all = new ArrayList<>(List.of("network"));
    all.addAll(List.of(words));
    return Run.koinon(all.toArray());
  }

  private Path bin() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    for (String program : List.of("configtxgen", "configtxlator", "orderer", "osnadmin", "peer")) {
      assertThat(Files.createFile(bin.resolve(program)).toFile().setExecutable(true)).isTrue();
    }
    return bin;
  }

  private Path heart() {
    Path heart = folder.resolve("heart");
    assertThat(network("init", "--name", "heart", "--members", "a,b,c", heart).code()).isZero();
    return heart;
  }

  private static void found(Path heart) throws IOException {
    String yaml = "channel: heart\nbase-port: 19050\norganisations: [{id: a}, {id: b}, {id: c}]\n";
    Files.writeString(heart.resolve("fabric.yaml"), yaml);
    FabricNetwork.create(
        heart.resolve("fabric"),
        FabricNetworkDefinition.parse(yaml, "fabric.yaml"),
        heart,
        new SecureRandom(),
        InstantSource.system());
  }

  private static void refused(Run run, String why) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(why);
  }

  @Test
  void without_fabrics_programs_two_lines_say_where_they_are_to_be_had() {
    Run run = network("up", "--fabric", heart(), "--fabric-bin", folder);
    refused(run, "https://github.com/hyperledger/fabric/releases");
    assertThat(run.err().lines()).hasSize(2);
    assertThat(folder.resolve("heart/fabric")).doesNotExist();
  }

  @Test
  void without_the_chaincode_nothing_is_made() throws IOException {
    Path heart = heart();
    Files.writeString(heart.resolve("fabric.yaml"), "channel: heart\n");
    Path none = folder.resolve("none.jar");
    refused(
        network("up", "--fabric", heart, "--fabric-bin", bin(), "--chaincode", none),
        "the key 'organisations' is missing");
    assertThat(heart.resolve("fabric")).doesNotExist();
  }

  @Test
  void a_folder_without_a_network_is_named() {
    for (String command : List.of("down", "status")) {
      refused(network(command, "--fabric", folder), "holds no Fabric network");
    }
    refused(network("status"), "Missing required option: '--fabric=DIR'");
  }

  @Test
  void a_network_that_does_not_run_is_shown_and_is_a_no() throws IOException {
    Path heart = heart();
    found(heart);
    Run status = network("status", "--fabric", heart);
    assertThat(status.code()).isEqualTo(1);
    assertThat(status.out().lines())
        .hasSize(4 + 3 + 3)
        .allMatch(line -> line.startsWith("stopped"));
    assertThat(network("status", "--fabric", heart, "--json").out())
        .contains("\"name\" : \"peer.a\"", "\"running\" : false");
    assertThat(network("down", "--fabric", heart).code()).isZero();
  }

  @Test
  void containers_are_written_of_the_definition_and_joined_only_when_they_run() throws IOException {
    Path heart = heart();
    found(heart);
    Path jar = Files.createFile(folder.resolve("c.jar"));
    refused(network("export", "--fabric", heart, "--chaincode", jar), "--compose");
    Run export = network("export", "--fabric", heart, "--chaincode", jar, "--compose", "--helm");
    assertThat(export.code()).as(export.err()).isZero();
    Path containers = heart.resolve("fabric/containers");
    assertThat(export.out()).contains("10 containers", containers.resolve("compose.yaml") + " up");
    assertThat(containers.resolve("compose.yaml")).content().contains("127.0.0.1:19050:19050");
    assertThat(containers.resolve("helm/secrets.yaml")).exists();
    Run join = network("join", "--fabric", heart, "--fabric-bin", bin());
    assertThat(join.code()).as("a start may help").isEqualTo(1);
    assertThat(join.err()).contains("nothing answers at 127.0.0.1:19050", "start the containers");
  }

  /** What is said when a network of the folder serves. */
  private static String written(Path heart, String... members) {
    List<String> lines = new ArrayList<>();
    LedgerSections.write(
        FabricNetwork.open(heart.resolve("fabric"), new SecureRandom(), InstantSource.system()),
        heart,
        Stream.of(members).map(MemberId::new).toList(),
        lines::add);
    return String.join("\n", lines) + "\n";
  }

  @Test
  void a_consortium_for_fabric_says_that_its_nodes_wait_for_the_network() {
    Path heart = folder.resolve("heart");
    Run init =
        network("init", "--name", "heart", "--members", "a,b,c", "--ledger", "fabric", heart);
    assertThat(init.out()).contains("koinon network up --fabric " + heart);
    Run doctor = Run.koinon("doctor", "--config", heart.resolve("a/node.yaml"));
    assertThat(doctor.out())
        .contains("names an organisation on Fabric", "koinon network up --fabric DIR");
  }

  @Test
  void nodes_files_that_are_as_they_were_founded_name_the_channel() throws IOException {
    Path heart = heart();
    found(heart);
    Path a = heart.resolve("a/node.yaml");
    assertThat(written(heart, "a", "b"))
        .isEqualTo(
            a
                + ": its ledger is the channel now.\n"
                + heart.resolve("b/node.yaml")
                + ": its ledger is the channel now.\n");
    FabricConfig fabric =
        java.util.Objects.requireNonNull(NodeHome.read(a).config().ledger().fabric());
    assertThat(fabric.peer().value()).isEqualTo("127.0.0.1:19080");
    assertThat(fabric.msp()).isEqualTo("a");
    assertThat(fabric.key()).exists();
    assertThat(written(heart, "a")).isEqualTo(a + ": its ledger is the channel.\n");
  }

  @Test
  void other_files_are_left_and_the_section_to_be_written_is_shown() throws IOException {
    Path heart = heart();
    found(heart);
    Path a = heart.resolve("a/node.yaml");
    String own = Files.readString(a).replace("../ledger.db", "../own.db");
    Files.writeString(a, own);
    String said = written(heart, "a");
    assertThat(said).startsWith(a + " is left as it is: its section ledger was changed by hand.\n");
    assertThat(a).hasContent(own);
    String section = said.substring(said.indexOf("\nledger:\n") + 1);
    Files.writeString(a, own.replace("ledger:\n  file: ../own.db\n", section));
    assertThat(NodeHome.read(a).config().ledger().fabric()).isNotNull();

    Files.createFile(heart.resolve("ledger.db"));
    assertThat(written(heart, "b"))
        .contains("its ledger " + heart.resolve("ledger.db") + " is in use", "msp: \"b\"");
    assertThat(heart.resolve("b/node.yaml")).content().contains("file: ../ledger.db");
    Files.delete(heart.resolve("c/node.yaml"));
    assertThat(written(heart, "c"))
        .contains("node.yaml is not there.", "In the node's file of c write:", "msp: \"c\"");
  }

  @Test
  void a_definition_that_was_changed_after_the_founding_is_refused() throws IOException {
    Path heart = heart();
    found(heart);
    Files.writeString(
        heart.resolve("fabric.yaml"),
        "channel: lungs\nbase-port: 19050\norganisations: [{id: a}, {id: b}, {id: c}]\n");
    Path jar = Files.createFile(folder.resolve("c.jar"));
    refused(
        network("up", "--fabric", heart, "--fabric-bin", bin(), "--chaincode", jar),
        "is not what the network in " + heart.resolve("fabric") + " was founded on");
  }

  @Test
  void strangers_and_unknown_identities_are_refused() throws IOException {
    Path heart = heart();
    found(heart);
    Path bin = bin();
    String[] at = {"--fabric", heart.toString(), "--fabric-bin", bin.toString()};
    refused(
        network("revoke", at[0], at[1], at[2], at[3], "--member", "x", "--identity", "client"),
        "x is not an organisation of this network");
    refused(
        network("revoke", at[0], at[1], at[2], at[3], "--member", "a", "--identity", "admin"),
        "rotate it");
    refused(
        network("rotate", at[0], at[1], at[2], at[3], "--member", "a", "--identity", "boss"),
        "it is one of admin, client, peer, orderer, tls");
    refused(
        network("revoke", at[0], at[1], at[2], at[3], "--member", "a", "--identity", "orderer-1"),
        "rotate 'orderer'");
    refused(network("revoke", "--fabric", heart, "--member", "a"), "Error: Missing required");
    assertThat(network("revoke", "--help").out())
        .contains("client or peer", "network rotate")
        .doesNotContain("orderer-N");
    Path jar = Files.createFile(folder.resolve("c.jar"));
    refused(
        network("add-member", at[0], at[1], at[2], at[3], "--id", "a", "--chaincode", jar),
        "a stands twice");
    for (String identity : List.of("client", "orderer", "tls")) {
      Run stopped =
          network("rotate", at[0], at[1], at[2], at[3], "--member", "a", "--identity", identity);
      assertThat(stopped.code()).as("a restart may help").isEqualTo(1);
      assertThat(stopped.err()).contains("no orderer runs").doesNotContain("at org.koinon");
    }
  }
}
