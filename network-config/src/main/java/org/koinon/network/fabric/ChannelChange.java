package org.koinon.network.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A change of the channel's configuration, in the way that Fabric prescribes: fetch, alter, compute
 * the difference, let administrators sign it, hand it in.
 *
 * <p>What is altered is copied from the channel as it would be if it were founded today, so nothing
 * of Fabric's messages is put together here.
 */
final class ChannelChange {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String GROUPS = "/channel_group/groups/";
  private static final int CONFIG_UPDATE = 2;

  private final NetworkLayout layout;
  private final Administration administration;
  private final Orderer orderer;

  /**
   * A change towards this layout.
   *
   * @param orderer that runs
   */
  ChannelChange(NetworkLayout layout, Administration administration, Orderer orderer) {
    this.layout = layout;
    this.administration = administration;
    this.orderer = orderer;
  }

  /** Makes the organisation a member of the channel, signed by these administrators. */
  void add(MemberId added, List<MemberId> signers) {
    apply(
        signers,
        (standing, fresh) -> {
          ObjectNode groups = (ObjectNode) standing.at(GROUPS + "Application/groups");
          groups.set(added.value(), fresh.at(GROUPS + "Application/groups/" + added.value()));
          ObjectNode policies = (ObjectNode) standing.at(GROUPS + "Application/policies");
          for (String policy : List.of("Endorsement", "LifecycleEndorsement")) {
            ((ObjectNode) policies.path(policy))
                .set("policy", fresh.at(GROUPS + "Application/policies/" + policy + "/policy"));
          }
        });
  }

  /** Puts the organisation's certificates and revocation lists on the channel, signed by itself. */
  void renew(MemberId member) {
    apply(
        List.of(member),
        (standing, fresh) -> {
          for (String part : List.of("Application", "Orderer")) {
            String place = GROUPS + part + "/groups/" + member.value() + "/values/MSP";
            if (!fresh.at(place).isMissingNode()) {
              ((ObjectNode) standing.at(place)).set("value", fresh.at(place + "/value"));
            }
          }
        });
  }

  /**
   * Names an orderer by the certificates that were prepared for it, signed by these administrators
   * of those who order.
   */
  void name(Orderer renewed, List<MemberId> signers) {
    List<String> places =
        switch (layout.definition().consensus()) {
          case BFT -> List.of("values/Orderers/value", "policies/BlockValidation/policy");
          case RAFT -> List.of("values/ConsensusType/value/metadata/consenters");
        };
    apply(
        signers,
        ConfigTx.yaml(layout, renewed),
        (standing, fresh) ->
            places.forEach(each -> copy(GROUPS + "Orderer/" + each, fresh, standing)));
  }

  private static void copy(String place, JsonNode from, JsonNode to) {
    int last = place.lastIndexOf('/');
    JsonNode value = from.at(place);
    if (value.isMissingNode() || to.at(place).isMissingNode()) {
      throw new FabricException("the channel's configuration has no " + place);
    }
    ((ObjectNode) to.at(place.substring(0, last))).set(place.substring(last + 1), value);
  }

  /** The number of the configuration that stands, as the orderer has it. */
  long sequence() {
    Path folder = scratch();
    try {
      return standing(folder).path("sequence").asLong(0);
    } finally {
      NetworkFiles.deleteTree(folder);
    }
  }

  private JsonNode standing(Path folder) {
    Peer reader = layout.peers().getFirst();
    administration.fetchConfiguration(reader, orderer, folder.resolve("standing.block"));
    return configuration(folder, "standing");
  }

  private void apply(List<MemberId> signers, BiConsumer<JsonNode, JsonNode> alteration) {
    apply(signers, ConfigTx.yaml(layout), alteration);
  }

  private void apply(
      List<MemberId> signers, String configtx, BiConsumer<JsonNode, JsonNode> alteration) {
    Path folder = scratch();
    try {
      JsonNode standing = standing(folder);
      NetworkFiles.write(folder.resolve("configtx.yaml"), configtx);
      administration.makeGenesis(folder, folder.resolve("fresh.block"));
      JsonNode fresh = configuration(folder, "fresh");
      encode(folder, standing, "common.Config", "before");
      JsonNode altered = standing.deepCopy();
      alteration.accept(altered, fresh);
      if (altered.equals(standing)) {
        return;
      }
      encode(folder, altered, "common.Config", "after");
      Path envelope = envelope(folder);
      signers.subList(1, signers.size()).forEach(each -> administration.sign(each, envelope));
      administration.update(signers.getFirst(), orderer, envelope);
    } finally {
      NetworkFiles.deleteTree(folder);
    }
  }

  private Path envelope(Path folder) {
    administration.translate(
        "compute_update",
        List.of(
            "--channel_id=" + layout.definition().channel(),
            "--original=" + folder.resolve("before.pb"),
            "--updated=" + folder.resolve("after.pb"),
            "--output=" + folder.resolve("difference.pb")));
    ObjectNode envelope = JSON.createObjectNode();
    ObjectNode payload = envelope.putObject("payload");
    payload
        .putObject("header")
        .putObject("channel_header")
        .put("channel_id", layout.definition().channel().value())
        .put("type", CONFIG_UPDATE);
    payload
        .putObject("data")
        .set("config_update", decode(folder, "difference.pb", "common.ConfigUpdate"));
    return encode(folder, envelope, "common.Envelope", "envelope");
  }

  private JsonNode configuration(Path folder, String name) {
    return decode(folder, name + ".block", "common.Block").at("/data/data/0/payload/data/config");
  }

  private JsonNode decode(Path folder, String file, String type) {
    Path json = folder.resolve(file + ".json");
    administration.translate(
        "proto_decode",
        List.of("--type=" + type, "--input=" + folder.resolve(file), "--output=" + json));
    return JSON.readTree(json.toFile());
  }

  private Path encode(Path folder, JsonNode message, String type, String name) {
    Path json = folder.resolve(name + ".json");
    Path file = folder.resolve(name + ".pb");
    JSON.writeValue(json.toFile(), message);
    administration.translate(
        "proto_encode", List.of("--type=" + type, "--input=" + json, "--output=" + file));
    return file;
  }

  private Path scratch() {
    try {
      return Files.createTempDirectory(layout.folder(), "change");
    } catch (IOException e) {
      throw new FabricException("cannot write to " + layout.folder() + ": " + e.getMessage(), e);
    }
  }
}
