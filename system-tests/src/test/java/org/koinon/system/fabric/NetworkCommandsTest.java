package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.node.NodeConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A consortium that is founded for Fabric, and what its operators do with the commands of {@code
 * docs/fabric.md}, each a process of its own, on Fabric's own programs.
 */
@Tag("fabric")
final class NetworkCommandsTest {
  private static final int TRIES_MAX = 30;
  private static final long COMMAND_MINUTES = 5;

  @TempDir Path folder;

  /** A command that has ended. */
  private record Ended(int code, String out, String err) {
    Ended expect(int expected) {
      assertThat(code).as(out + err).isEqualTo(expected);
      return this;
    }
  }

  private Path heart() {
    return folder.resolve("heart");
  }

  private Path node(String member) {
    return heart().resolve(member).resolve("node.yaml");
  }

  private Ended koinon(Object... arguments) throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "org.koinon.cli.Main"));
    Stream.of(arguments).map(String::valueOf).forEach(words::add);
    Path out = Files.createTempFile(folder, "command", ".out");
    Path err = Files.createTempFile(folder, "command", ".err");
    Process process =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(words + " did not end: " + Files.readString(err));
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private Ended network(String command, Object... arguments)
      throws IOException, InterruptedException {
    List<Object> words = new ArrayList<>(List.of("network", command, "--fabric", heart()));
    words.addAll(List.of(arguments));
    return koinon(words.toArray());
  }

  /** The nodes as the command shows them, by their names. */
  private static List<JsonNode> nodes(Ended status) {
    return new ObjectMapper().readTree(status.out()).valueStream().toList();
  }

  private static Set<String> running(Ended status) {
    return nodes(status).stream()
        .filter(each -> each.path("running").asBoolean())
        .map(each -> each.path("name").asString())
        .collect(Collectors.toSet());
  }

  private FabricConfig channel(String member) {
    return Objects.requireNonNull(NodeConfig.read(node(member)).ledger().fabric());
  }

  private Ended studies(String member) throws IOException, InterruptedException {
    return koinon("study", "list", "--json", "--config", node(member));
  }

  @AfterEach
  void the_network_ends() throws IOException, InterruptedException {
    if (Files.exists(heart().resolve("fabric"))) {
      var _ = network("down");
    }
  }

  @Test
  void a_consortium_is_founded_runs_changes_is_audited_and_stops() throws Exception {
    List<String> founders = List.of("athens", "basel", "cork");
    koinon(
            "network",
            "init",
            "--name",
            "heart",
            "--members",
            String.join(",", founders),
            "--ledger",
            "fabric",
            heart())
        .expect(0);
    Files.writeString(
        heart().resolve("fabric.yaml"),
        """
        channel: heart
        base-port: %d
        batch-timeout: 50ms
        organisations: [{id: athens}, {id: basel}, {id: cork}]
        """
            .formatted(RealNetwork.freeBasePort()));
    Ended up = network("up", "--chaincode", RealNetwork.jar()).expect(0);
    for (String each : founders) {
      assertThat(up.out()).contains(node(each) + ": its ledger is the channel now.");
    }
    List<JsonNode> nodes = nodes(network("status", "--json").expect(0));
    assertThat(nodes).hasSize(4 + 3 + 3).allMatch(each -> each.path("running").asBoolean());

    aMemberJoinsByEntriesOnTheChannel();
    itsOrganisationJoinsTheChannel();
    identitiesAreReplacedAndRevoked();
    theBlocksAreVerified();

    assertThat(running(network("status", "--json").expect(0))).hasSize(4 + 4 + 4);
    network("down").expect(0);
    assertThat(running(network("status", "--json").expect(1))).isEmpty();
    assertThat(nodes.stream().map(each -> ProcessHandle.of(each.path("process-id").asLong())))
        .allMatch(process -> process.filter(ProcessHandle::isAlive).isEmpty());
  }

  /** Each founder writes through its own node file; what one wrote, the others' peers have. */
  private void aMemberJoinsByEntriesOnTheChannel() throws Exception {
    assertThat(channel("athens").channel()).isEqualTo("heart");
    assertThat(studies("athens").expect(0).out()).isEqualToIgnoringWhitespace("[ ]");
    String[] request = {
      "network", "member", "request", "--consortium", "heart", "--id", "ghent", "--msp", "ghent"
    };
    Stream<Object> rest = Stream.of("--legal-name", "UZ Ghent", heart().resolve("ghent"));
    koinon(Stream.concat(Stream.of(request), rest).toArray()).expect(0);
    Path file = heart().resolve("ghent/member.json");
    for (String each : List.of("athens", "basel", "cork")) {
      koinon("network", "member", "approve", "--config", node(each), file).expect(0);
    }
    koinon("network", "member", "admit", "--config", node("cork"), file).expect(0);
    assertThat(koinon("network", "member", "approve", "--config", node("basel"), file).err())
        .contains("is a member already");
    assertThat(heart().resolve("ledger.db")).as("an embedded ledger").doesNotExist();
    assertThat(node("basel").resolveSibling("ledger.db")).as("the copy of the log").exists();
  }

  private void itsOrganisationJoinsTheChannel() throws Exception {
    Ended added =
        network("add-member", "--id", "ghent", "--chaincode", RealNetwork.jar()).expect(0);
    assertThat(added.out()).contains(node("ghent") + " is not there.");
    String section = added.out().substring(added.out().indexOf("\nledger:\n") + 1);
    Files.writeString(
        node("ghent"),
        "member: ghent\nconsortium: ../consortium.yaml\nnetwork: {listen: '127.0.0.1:4104'}\n"
            + section);
    assertThat(studies("ghent").expect(0).out()).isEqualToIgnoringWhitespace("[ ]");
  }

  private void identitiesAreReplacedAndRevoked() throws Exception {
    Path certificate = channel("cork").certificate();
    String before = Files.readString(certificate);
    network("rotate", "--member", "cork", "--identity", "client").expect(0);
    assertThat(certificate).content().isNotEqualTo(before);
    studies("cork").expect(0);

    network("revoke", "--member", "basel", "--identity", "client").expect(0);
    Ended refused = studies("basel");
    for (int i = 0; i < TRIES_MAX && refused.code() == 0; i++) {
      refused = studies("basel"); // until its peer has the block
    }
    assertThat(refused.code()).as(refused.out()).isNotZero();
    assertThat(refused.err()).contains("access denied");
    studies("athens").expect(0);
  }

  private void theBlocksAreVerified() throws Exception {
    Path blocks = folder.resolve("heart.blocks");
    koinon("audit", "blocks", "--config", node("athens"), blocks).expect(0);
    Path genesis = heart().resolve("fabric/genesis.block");
    Ended verified = koinon("audit", "verify", blocks, "--genesis", genesis).expect(0);
    assertThat(verified.out()).containsIgnoringCase("verified");
    Ended json = koinon("audit", "verify", "--json", blocks, "--genesis", genesis).expect(0);
    assertThat(json.out()).contains("\"verdict\":\"verified\"");
  }
}
