package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.HashingAlgorithm;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.orderer.ConsensusType;
import org.koinon.audit.finding.Rule;

/**
 * A channel's configuration: its organisations, its policies and who orders its blocks.
 *
 * @param channel its name
 * @param config as its block has it
 * @param memberships of all organisations
 * @param policies by their paths
 * @param ordering who signs blocks
 */
record ChannelConfig(
    String channel,
    Config config,
    Memberships memberships,
    PolicyTree policies,
    Ordering ordering) {
  static final String APPLICATION = "Application";
  static final String ORDERER = "Orderer";

  private static final int ORGANISATIONS_MAX = 500;
  private static final int CONSENTERS_MAX = 256;
  private static final String BFT = "BFT";

  /** How blocks are ordered, and so how many must sign one. */
  sealed interface Ordering {
    /**
     * Byzantine fault tolerant: a quorum of the consenters signs.
     *
     * @param consenters by their number
     */
    record Bft(Map<Integer, Consenter> consenters) implements Ordering {
      /** Copies. */
      public Bft {
        consenters = Map.copyOf(consenters);
      }

      /** Fewest that share an honest one with every other such set: ceil((n + f + 1) / 2). */
      int quorum() {
        int n = consenters.size();
        int faulty = (n - 1) / 3;
        return (n + faulty + 2) / 2;
      }
    }

    /**
     * Whoever leads signs; all are believed.
     *
     * @param kind such as {@code etcdraft}
     */
    record Led(String kind) implements Ordering {}
  }

  /** Reads a configuration, refusing one that says nothing that could be checked. */
  static ChannelConfig of(String channel, Config config) {
    ConfigGroup root = config.getChannelGroup();
    Map<String, FabricMSPConfig> definitions = new HashMap<>();
    for (String part : List.of(APPLICATION, ORDERER)) {
      ConfigGroup group = root.getGroupsMap().get(part);
      if (group == null) {
        throw unusable("it has no part " + part);
      }
      group.getGroupsMap().forEach((name, each) -> define(name, each, definitions));
    }
    if (definitions.size() > ORGANISATIONS_MAX) {
      throw unusable("it has over " + ORGANISATIONS_MAX + " organisations");
    }
    Map<String, MembershipService> services = new HashMap<>();
    definitions.forEach((id, each) -> services.put(id, new MembershipService(each)));
    ByteString hashing = value(root, "HashingAlgorithm");
    if (!hashing.isEmpty() && !hashing.equals(sha256())) {
      throw unusable("its blocks are not hashed by SHA-256");
    }
    return new ChannelConfig(
        channel, config, new Memberships(services), new PolicyTree(root), ordering(root));
  }

  private static ByteString sha256() {
    return HashingAlgorithm.newBuilder().setName("SHA256").build().toByteString();
  }

  private static BlockFault unusable(String what) {
    return new BlockFault(
        Rule.CONFIG_UNAUTHORISED, "the channel's configuration cannot be used: " + what);
  }

  private static ByteString value(ConfigGroup group, String name) {
    ConfigValue value = group.getValuesMap().get(name);
    return value == null ? ByteString.EMPTY : value.getValue();
  }

  private static void define(
      String name, ConfigGroup organisation, Map<String, FabricMSPConfig> definitions) {
    try {
      MSPConfig definition = MSPConfig.parseFrom(value(organisation, "MSP"));
      if (definition.getType() != 0) {
        throw unusable("organisation " + name + " has no X.509 membership service");
      }
      FabricMSPConfig fabric = FabricMSPConfig.parseFrom(definition.getConfig());
      FabricMSPConfig before = definitions.putIfAbsent(fabric.getName(), fabric);
      if (before != null && !before.equals(fabric)) {
        throw unusable("membership service " + fabric.getName() + " is defined in two ways");
      }
    } catch (InvalidProtocolBufferException e) {
      throw unusable("organisation " + name + " cannot be read");
    }
  }

  private static Ordering ordering(ConfigGroup root) {
    ConfigGroup orderer = Objects.requireNonNull(root.getGroupsMap().get(ORDERER));
    try {
      String kind = ConsensusType.parseFrom(value(orderer, "ConsensusType")).getType();
      if (!kind.equals(BFT)) {
        return new Ordering.Led(kind);
      }
      Map<Integer, Consenter> consenters = new HashMap<>();
      for (Consenter each :
          Orderers.parseFrom(value(orderer, "Orderers")).getConsenterMappingList()) {
        if (consenters.put(each.getId(), each) != null) {
          throw unusable("two orderers have the number " + each.getId());
        }
      }
      if (consenters.isEmpty() || consenters.size() > CONSENTERS_MAX) {
        throw unusable("it has " + consenters.size() + " orderers");
      }
      return new Ordering.Bft(consenters);
    } catch (InvalidProtocolBufferException e) {
      throw unusable("who orders cannot be read");
    }
  }

  /** The configuration of the channel's first block, which the auditor vouches for. */
  static ChannelConfig first(ConfigTransaction transaction) {
    return of(transaction.channel(), transaction.envelope().getConfig());
  }

  /** The configuration that a later block makes of this one, if those who must have agreed. */
  ChannelConfig next(ConfigTransaction transaction) {
    ConfigChange.check(this, transaction);
    ChannelConfig next = of(channel, transaction.envelope().getConfig());
    for (String part : List.of(APPLICATION, ORDERER)) {
      organisations(part)
          .forEach(
              (name, msp) -> {
                String now = next.organisations(part).getOrDefault(name, msp);
                if (!now.equals(msp)) {
                  throw unusable("organisation " + name + " gets another membership service");
                }
              });
    }
    return next;
  }

  /** Ids of the membership services in that part, by the organisations' names. */
  Map<String, String> organisations(String part) {
    Map<String, String> ids = new HashMap<>();
    ConfigGroup group = config.getChannelGroup().getGroupsMap().get(part);
    if (group != null) {
      group.getGroupsMap().forEach((name, each) -> ids.put(name, mspId(each)));
    }
    return ids;
  }

  private static String mspId(ConfigGroup organisation) {
    try {
      MSPConfig definition = MSPConfig.parseFrom(value(organisation, "MSP"));
      return FabricMSPConfig.parseFrom(definition.getConfig()).getName();
    } catch (InvalidProtocolBufferException e) {
      throw unusable("an organisation cannot be read");
    }
  }

  /** How it is ordered, in words. */
  String orderingSentence() {
    return switch (ordering) {
      case Ordering.Bft bft ->
          "each signed by at least "
              + bft.quorum()
              + " of "
              + bft.consenters().size()
              + " orderers (BFT)";
      case Ordering.Led(String kind) -> "each signed by the orderer that led (" + kind + ")";
    };
  }

  /** Names, for a report. */
  List<String> members() {
    return organisations(APPLICATION).keySet().stream().sorted().toList();
  }
}
