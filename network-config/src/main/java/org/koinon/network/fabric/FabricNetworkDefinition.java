package org.koinon.network.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.consortium.ConsortiumFile;
import org.koinon.network.yaml.Default;
import org.koinon.network.yaml.StrictYaml;

/**
 * The Fabric network of a consortium as a person writes it; {@code docs/fabric.md} describes every
 * key.
 *
 * @param channel that holds the ledger
 * @param host under which all nodes are dialled
 * @param basePort first of the ports, see {@link NetworkLayout}
 * @param consensus how orderers agree
 * @param orderers who runs each orderer, in order; by turns if left out
 * @param batchTimeout how long an orderer waits for more before it cuts a block, 50 to 200 ms
 * @param batchSize most transactions in a block
 * @param failover how long a silent leader of the orderers is believed alive, 2 to 60 s
 * @param organisations the members, in the order of the file
 */
public record FabricNetworkDefinition(
    ChannelName channel,
    @Default("127.0.0.1") String host,
    @Default("7050") int basePort,
    @Default("bft") Consensus consensus,
    @Default("[]") List<MemberId> orderers,
    @Default("100ms") Duration batchTimeout,
    @Default("200") int batchSize,
    @Default("5s") Duration failover,
    List<Organisation> organisations) {
  /** Most organisations of a network. */
  public static final int ORGANISATIONS_MAX = 40;

  private static final Duration BATCH_TIMEOUT_MIN = Duration.ofMillis(50);
  private static final Duration BATCH_TIMEOUT_MAX = Duration.ofMillis(200);
  private static final Duration FAILOVER_MIN = Duration.ofSeconds(2);
  private static final Duration FAILOVER_MAX = Duration.ofSeconds(60);
  private static final int BATCH_SIZE_MAX = 10_000;
  private static final int BASE_PORT = 7050;
  private static final int PORT_MIN = 1024;

  /** The last port on which a network can begin. */
  static final int BASE_PORT_MAX = 65_535 - NetworkLayout.PORTS;

  /**
   * A member of the network; its id is its membership service's too.
   *
   * @param id as on the ledger
   * @param role a hospital runs a peer; the others read and submit
   * @param certificates folder of certificates that its own authority issued, relative to the file;
   *     issued for it when left out
   */
  public record Organisation(
      MemberId id, @Default("hospital") Role role, @Nullable Path certificates) {
    /** An organisation whose certificates are issued for it. */
    public static Organisation of(MemberId id, Role role) {
      return new Organisation(id, role, null);
    }
  }

  /** Refuses what Fabric would refuse later, or run badly. */
  public FabricNetworkDefinition {
    organisations = List.copyOf(organisations);
    checkOrganisations(organisations);
    orderers = orderers.isEmpty() ? byTurns(organisations, consensus) : List.copyOf(orderers);
    checkOrderers(orderers, organisations, consensus);
    between("batch-timeout", batchTimeout, BATCH_TIMEOUT_MIN, BATCH_TIMEOUT_MAX);
    between("failover", failover, FAILOVER_MIN, FAILOVER_MAX);
    if (batchSize < 1 || batchSize > BATCH_SIZE_MAX) {
      throw new FormatException("batch-size", batchSize + " is not in 1 to " + BATCH_SIZE_MAX);
    }
    if (basePort < PORT_MIN || basePort > BASE_PORT_MAX) {
      throw new FormatException(
          "base-port", basePort + " is not in " + PORT_MIN + " to " + BASE_PORT_MAX);
    }
    if (!host.matches("[A-Za-z0-9.-]{1,253}")) {
      throw new FormatException("host", "'" + host + "' is no name or IPv4 address");
    }
  }

  private static void checkOrganisations(List<Organisation> organisations) {
    if (organisations.size() < 3 || organisations.size() > ORGANISATIONS_MAX) {
      throw new FormatException(
          "organisations",
          organisations.size() + " of them: a network has 3 to " + ORGANISATIONS_MAX);
    }
    Set<MemberId> seen = new HashSet<>();
    for (Organisation each : organisations) {
      if (!seen.add(each.id())) {
        throw new FormatException("organisations", each.id() + " stands twice; remove one");
      }
    }
    if (hospitals(organisations).size() < 2) {
      throw new FormatException(
          "organisations", "at least 2 must be hospitals, which run the peers that endorse");
    }
  }

  private static void checkOrderers(
      List<MemberId> orderers, List<Organisation> organisations, Consensus consensus) {
    String kind = RecordCodec.name(consensus);
    if (orderers.size() < consensus.least() || orderers.size() > consensus.most()) {
      throw new FormatException(
          "orderers",
          orderers.size()
              + " of them: "
              + kind
              + " has "
              + consensus.least()
              + " to "
              + consensus.most());
    }
    if (consensus == Consensus.RAFT && orderers.size() % 2 == 0) {
      throw new FormatException("orderers", "raft has an odd number: 1, 3, 5 or 7");
    }
    Set<MemberId> known = new HashSet<>();
    organisations.forEach(each -> known.add(each.id()));
    for (MemberId each : orderers) {
      if (!known.contains(each)) {
        throw new FormatException("orderers", each + " is not among the organisations");
      }
    }
  }

  private static List<MemberId> byTurns(List<Organisation> organisations, Consensus consensus) {
    List<MemberId> hospitals = hospitals(organisations);
    List<MemberId> orderers = new ArrayList<>();
    for (int i = 0; i < consensus.usual(); i++) {
      orderers.add(hospitals.get(i % hospitals.size()));
    }
    return List.copyOf(orderers);
  }

  private static void between(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new FormatException(
          key,
          value.toMillis()
              + "ms is not in "
              + least.toMillis()
              + "ms to "
              + most.toMillis()
              + "ms");
    }
  }

  private static List<MemberId> hospitals(List<Organisation> organisations) {
    return organisations.stream()
        .filter(each -> each.role() == Role.HOSPITAL)
        .map(Organisation::id)
        .toList();
  }

  /** The definition in this file. */
  public static FabricNetworkDefinition read(Path file) {
    return StrictYaml.read(file, FabricNetworkDefinition.class);
  }

  /** The definition in this text; {@code source} names it in errors. */
  public static FabricNetworkDefinition parse(String yaml, String source) {
    return StrictYaml.parse(yaml, source, FabricNetworkDefinition.class);
  }

  /**
   * What a consortium gets that says nothing else. Organisations have their members' ids, so a
   * member whose record names another one is refused.
   */
  public static FabricNetworkDefinition of(ConsortiumFile consortium) {
    for (ConsortiumFile.Entry each : consortium.members()) {
      if (each.msp() != null && !each.msp().equals(each.id().value())) {
        throw new FormatException(
            "members",
            each.id()
                + " is of "
                + each.msp()
                + " on Fabric: a network made here has organisations of the members' ids only");
      }
    }
    String id = consortium.id().value();
    return new FabricNetworkDefinition(
        new ChannelName(Character.isDigit(id.charAt(0)) ? "c-" + id : id),
        "127.0.0.1",
        BASE_PORT,
        Consensus.BFT,
        List.of(),
        Duration.ofMillis(100),
        200,
        Duration.ofSeconds(5),
        consortium.members().stream()
            .map(each -> Organisation.of(each.id(), role(each.roles())))
            .toList());
  }

  private static Role role(List<Role> roles) {
    return roles.contains(Role.HOSPITAL) ? Role.HOSPITAL : roles.getFirst();
  }

  /** Those who run a peer and endorse. */
  public List<MemberId> hospitals() {
    return hospitals(organisations);
  }

  /** Whether this member runs a peer. */
  boolean isHospital(MemberId member) {
    return organisation(member).role() == Role.HOSPITAL;
  }

  /** How many hospitals must endorse a transaction: more than half. */
  public int endorsements() {
    return hospitals().size() / 2 + 1;
  }

  /** The organisation with this id. */
  public Organisation organisation(MemberId id) {
    return organisations.stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new FormatException("", id + " is not an organisation of this network"));
  }

  /** Whether the other network is this one, perhaps with members that joined later. */
  public boolean isFoundingOf(FabricNetworkDefinition standing) {
    int founders = organisations.size();
    return standing.organisations.size() >= founders
        && equals(standing.with(standing.organisations.subList(0, founders)));
  }

  private FabricNetworkDefinition with(List<Organisation> others) {
    return new FabricNetworkDefinition(
        channel, host, basePort, consensus, orderers, batchTimeout, batchSize, failover, others);
  }

  /** The same where its ports are free on this machine, else on others that are. */
  public FabricNetworkDefinition onFreePorts() {
    return from(FreePorts.base(this));
  }

  /** The same with another base port. */
  FabricNetworkDefinition from(int base) {
    return new FabricNetworkDefinition(
        channel, host, base, consensus, orderers, batchTimeout, batchSize, failover, organisations);
  }

  /** The same with one more organisation. */
  FabricNetworkDefinition with(Organisation added) {
    List<Organisation> all = new ArrayList<>(organisations);
    all.add(added);
    return with(all);
  }

  /** The definition as YAML, which {@link #parse} reads back. */
  public String yaml() {
    StringBuilder text =
        new StringBuilder("# The Fabric network of this consortium. No secrets.\n");
    text.append("channel: ").append(channel).append('\n');
    text.append("host: \"").append(host).append("\"\n");
    text.append("base-port: ").append(basePort).append('\n');
    text.append("consensus: ").append(RecordCodec.name(consensus)).append('\n');
    text.append("orderers: [").append(quoted(orderers)).append("]\n");
    text.append("batch-timeout: ").append(batchTimeout.toMillis()).append("ms\n");
    text.append("batch-size: ").append(batchSize).append('\n');
    text.append("failover: ").append(failover.toMillis()).append("ms\n");
    text.append("organisations:\n");
    for (Organisation each : organisations) {
      text.append("  - {id: \"").append(each.id()).append("\", role: ");
      text.append(RecordCodec.name(each.role()));
      if (each.certificates() != null) {
        text.append(", certificates: '");
        text.append(each.certificates().toString().replace("'", "''")).append('\'');
      }
      text.append("}\n");
    }
    return text.toString();
  }

  private static String quoted(List<MemberId> ids) {
    return String.join(", ", ids.stream().map(id -> '"' + id.value() + '"').toList());
  }
}
