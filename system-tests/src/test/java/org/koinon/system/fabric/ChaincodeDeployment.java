package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.FabricConnection;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricPrograms;

/**
 * Agrees on the installed chaincode under further names, by Fabric's own {@code peer} program.
 *
 * @param folder of the network
 * @param network that is up
 * @param members who approve
 */
record ChaincodeDeployment(Path folder, FabricNetwork network, List<MemberId> members) {
  private static final int TRIES_MAX = 20;
  private static final String LABEL = "federation_1";

  void deploy(String name) throws IOException, InterruptedException {
    String packageId =
        LABEL + ":" + Digest.sha256(Files.readAllBytes(folder.resolve("chaincode.tgz"))).hex();
    for (MemberId member : members) {
      String said =
          peer(member, words("approveformyorg", name, List.of("--package-id", packageId)));
      assertThat(said).as("approval of " + member).contains("committed with status (VALID)");
    }
    List<String> endorsers = new ArrayList<>();
    for (MemberId member : members) {
      FabricConnection connection = network.connection(member);
      endorsers.addAll(List.of("--peerAddresses", connection.gateway().value()));
      endorsers.addAll(List.of("--tlsRootCertFiles", connection.tlsRoots().toString()));
    }
    String said = "";
    for (int tries = 0; tries < TRIES_MAX && !said.contains("(VALID)"); tries++) {
      said = peer(members.getFirst(), words("commit", name, endorsers));
    }
    assertThat(said).contains("committed with status (VALID)");
  }

  private List<String> words(String verb, String name, List<String> more) {
    MemberId orderer = network.definition().orderers().getFirst();
    List<String> words =
        new ArrayList<>(List.of("lifecycle", "chaincode", verb, "-C", "audit", "-n", name));
    words.addAll(List.of("-v", "1", "--sequence", "1", "--tls"));
    words.addAll(List.of("-o", "127.0.0.1:" + network.definition().basePort()));
    words.addAll(List.of("--cafile", organisation(orderer).resolve("admin/tls/ca.crt").toString()));
    words.addAll(more);
    return words;
  }

  private Path organisation(MemberId member) {
    return folder.resolve("organisations").resolve(member.value()).toAbsolutePath();
  }

  private String peer(MemberId member, List<String> words)
      throws IOException, InterruptedException {
    Path program = FabricPrograms.find(System.getenv()).peer();
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .put("FABRIC_CFG_PATH", folder.resolve("nodes/peer." + member).toAbsolutePath().toString());
    builder.environment().put("CORE_PEER_LOCALMSPID", member.value());
    builder
        .environment()
        .put("CORE_PEER_MSPCONFIGPATH", organisation(member).resolve("admin/msp").toString());
    builder.environment().put("FABRIC_LOGGING_SPEC", "info");
    Process process = builder.start();
    String said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}
