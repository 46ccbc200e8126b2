package org.koinon.network.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.FabricPrograms.Program;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What members' administrators do to the channel and the chaincode, by Fabric's own programs; each
 * method is one run of one of them.
 */
final class Administration {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SEQUENCE = "1";

  private final NetworkLayout layout;
  private final FabricPrograms programs;

  Administration(NetworkLayout layout, FabricPrograms programs) {
    this.layout = layout;
    this.programs = programs;
  }

  /** Makes the channel's first block from {@code configtx.yaml} in this folder. */
  void makeGenesis(Path folder, Path block) {
    Path draft = block.resolveSibling(block.getFileName() + ".new");
    run(
        Program.CONFIGTXGEN,
        Map.of("FABRIC_CFG_PATH", folder.toString()),
        List.of(
            "-profile",
            ConfigTx.PROFILE,
            "-channelID",
            channel(),
            "-outputBlock",
            draft.toString()));
    try {
      Files.move(draft, block, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new FabricException("cannot write " + block + ": " + e.getMessage(), e);
    }
  }

  boolean hasJoined(Orderer orderer) {
    return osnadmin(orderer, "list", List.of()).contains("Status: 200");
  }

  void join(Orderer orderer, Path genesis) {
    String answer = osnadmin(orderer, "join", List.of("--config-block", genesis.toString()));
    if (!answer.contains("Status: 201")) {
      throw new FabricException(
          orderer.name() + " does not join the channel: " + answer.strip().replace('\n', ' '));
    }
  }

  /**
   * Where an orderer stands on the channel.
   *
   * @param orders whether it takes part in ordering
   * @param height how many blocks it has
   */
  record Standing(boolean orders, long height) {
    /** Whether it orders, and has as many blocks. */
    boolean ordersFrom(long least) {
      return orders && height >= least;
    }
  }

  /** Where the orderer says that it stands. */
  Standing standing(Orderer orderer) {
    String answer = osnadmin(orderer, "list", List.of());
    int begin = answer.indexOf('{');
    if (!answer.contains("Status: 200") || begin < 0) {
      return new Standing(false, 0);
    }
    JsonNode channel = JSON.readTree(answer.substring(begin));
    boolean orders =
        channel.path("consensusRelation").asString("").equals("consenter")
            && channel.path("status").asString("").equals("active");
    return new Standing(orders, channel.path("height").asLong(0));
  }

  private String osnadmin(Orderer orderer, String verb, List<String> more) {
    Path tls = layout.organisation(orderer.member()).resolve(Identities.ADMIN).resolve("tls");
    List<String> words = new ArrayList<>(List.of("channel", verb));
    words.addAll(List.of("--orderer-address", orderer.admin().value(), "--channelID", channel()));
    words.addAll(List.of("--ca-file", tls.resolve("ca.crt").toString()));
    words.addAll(List.of("--client-cert", tls.resolve("tls.crt").toString()));
    words.addAll(List.of("--client-key", tls.resolve("tls.key").toString()));
    words.addAll(more);
    return run(Program.OSNADMIN, Map.of(), words);
  }

  boolean hasJoined(Peer peer) {
    return peer(peer, List.of("channel", "list")).lines().anyMatch(channel()::equals);
  }

  void join(Peer peer, Path genesis) {
    peer(peer, List.of("channel", "join", "-b", genesis.toString()));
  }

  /** How many blocks the peer has. */
  long height(Peer peer) {
    String answer = peer(peer, List.of("channel", "getinfo", "-c", channel()));
    return JSON.readTree(answer.substring(answer.indexOf('{'))).path("height").asLong();
  }

  boolean hasInstalled(Peer peer) {
    String answer =
        peer(peer, List.of("lifecycle", "chaincode", "queryinstalled", "--output", "json"));
    return JSON.readTree(answer)
        .path("installed_chaincodes")
        .valueStream()
        .anyMatch(each -> each.path("package_id").asString("").equals(ChaincodePackage.id()));
  }

  void install(Peer peer) {
    peer(peer, List.of("lifecycle", "chaincode", "install", layout.chaincodePackage().toString()));
  }

  /** Whether the members have agreed on the chaincode, as this peer sees it. */
  boolean isCommitted(Peer peer) {
    String answer =
        peer(
            peer,
            List.of(
                "lifecycle", "chaincode", "querycommitted", "-C", channel(), "--output", "json"));
    return JSON.readTree(answer)
        .path("chaincode_definitions")
        .valueStream()
        .anyMatch(each -> each.path("name").asString("").equals(ChaincodePackage.NAME));
  }

  /** Whether the peer's organisation has approved the chaincode that is not yet agreed on. */
  boolean hasApproved(Peer peer) {
    JsonNode answer =
        JSON.readTree(peer(peer, chaincode("checkcommitreadiness", List.of("--output", "json"))));
    return answer.path("approvals").path(peer.member().value()).asBoolean(false);
  }

  /** Whether the peer's organisation has approved the chaincode that was agreed on. */
  boolean hasApprovedWhatStands(Peer peer) {
    try {
      String answer =
          peer(
              peer,
              List.of(
                  "lifecycle",
                  "chaincode",
                  "queryapproved",
                  "-C",
                  channel(),
                  "-n",
                  ChaincodePackage.NAME,
                  "--output",
                  "json"));
      return answer.contains(ChaincodePackage.id());
    } catch (FabricException e) {
      return false; // it answers with an error when there is no approval
    }
  }

  void approve(Peer peer, Orderer orderer) {
    List<String> more = new ArrayList<>(List.of("--package-id", ChaincodePackage.id()));
    more.addAll(ordering(orderer));
    peer(peer, chaincode("approveformyorg", more));
  }

  /** Makes the approved chaincode count, endorsed by these peers. */
  void commit(List<Peer> endorsers, Orderer orderer) {
    List<String> more = new ArrayList<>(ordering(orderer));
    for (Peer each : endorsers) {
      more.addAll(List.of("--peerAddresses", each.address().value()));
      more.addAll(List.of("--tlsRootCertFiles", tlsRoots(each).toString()));
    }
    peer(endorsers.getFirst(), chaincode("commit", more));
  }

  private List<String> chaincode(String verb, List<String> more) {
    List<String> words = new ArrayList<>(List.of("lifecycle", "chaincode", verb, "-C", channel()));
    words.addAll(List.of("-n", ChaincodePackage.NAME, "-v", ChaincodePackage.VERSION));
    words.addAll(List.of("--sequence", SEQUENCE));
    words.addAll(more);
    return words;
  }

  /** Asks the chaincode, through the peer, for an entry that may be there; any answer will do. */
  void askChaincode(Peer peer) {
    peer(
        peer,
        List.of(
            "chaincode",
            "query",
            "-C",
            channel(),
            "-n",
            ChaincodePackage.NAME,
            "-c",
            "{\"Args\":[\"get\",\"genesis\"]}"));
  }

  /** Writes the channel's newest configuration block. */
  void fetchConfiguration(Peer peer, Orderer orderer, Path block) {
    List<String> words = new ArrayList<>(List.of("channel", "fetch", "config", block.toString()));
    words.addAll(List.of("-c", channel()));
    words.addAll(ordering(orderer));
    peer(peer, words);
  }

  /** Adds a member's signature to a change of the configuration. */
  void sign(MemberId member, Path envelope) {
    as(
        member,
        layout.peers().getFirst(),
        List.of("channel", "signconfigtx", "-f", envelope.toString()));
  }

  /** Hands in a change of the configuration, signed by its sender too. */
  void update(MemberId member, Orderer orderer, Path envelope) {
    List<String> words = new ArrayList<>(List.of("channel", "update", "-f", envelope.toString()));
    words.addAll(List.of("-c", channel()));
    words.addAll(ordering(orderer));
    as(member, layout.peers().getFirst(), words);
  }

  /** Runs configtxlator, which converts between the channel's messages and JSON. */
  void translate(String verb, List<String> more) {
    List<String> words = new ArrayList<>(List.of(verb));
    words.addAll(more);
    run(Program.CONFIGTXLATOR, Map.of(), words);
  }

  private List<String> ordering(Orderer orderer) {
    Path roots = layout.organisation(orderer.member()).resolve("admin/tls/ca.crt");
    return List.of("-o", orderer.address().value(), "--tls", "--cafile", roots.toString());
  }

  private Path tlsRoots(Peer peer) {
    return layout.organisation(peer.member()).resolve(Identities.PEER).resolve("tls/ca.crt");
  }

  private String peer(Peer peer, List<String> words) {
    return as(peer.member(), peer, words);
  }

  private String as(MemberId member, Peer peer, List<String> words) {
    Map<String, String> environment = new HashMap<>();
    environment.put("FABRIC_CFG_PATH", peer.home().toString());
    environment.put("CORE_PEER_LOCALMSPID", member.value());
    environment.put(
        "CORE_PEER_MSPCONFIGPATH",
        layout.organisation(member).resolve(Identities.ADMIN).resolve("msp").toString());
    return run(Program.PEER, environment, words);
  }

  private String run(Program program, Map<String, String> environment, List<String> words) {
    List<String> all = new ArrayList<>(List.of(programs.file(program).toString()));
    all.addAll(words);
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("FABRIC_LOGGING_SPEC", "error");
    Path log = layout.folder().resolve("logs").resolve("administration.log");
    return new Command(program.file() + " " + verb(words), all, variables, log).run();
  }

  private static String verb(List<String> words) {
    return String.join(
        " ", words.stream().limit(3).takeWhile(word -> !word.startsWith("-")).toList());
  }

  private String channel() {
    return layout.definition().channel().value();
  }
}
