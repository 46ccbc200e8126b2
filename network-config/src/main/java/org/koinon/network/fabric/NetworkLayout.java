package org.koinon.network.fabric;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.koinon.federation.study.MemberId;
import org.koinon.network.node.HostPort;

/**
 * Where everything of a network is: its folder, its ports and the names that nodes dial.
 *
 * <p>Orderer <i>i</i> from 0 has the three ports from {@code base-port + 3 i}: for members, for its
 * administrator and for its health; the hospital at place <i>j</i> of the definition has the four
 * from {@code base-port + 30 + 4 j}: its peer, the peer's unused chaincode listener, the peer's
 * health and its chaincode.
 */
final class NetworkLayout {
  /** How many ports from the base port may be used. */
  static final int PORTS = 30 + 4 * FabricNetworkDefinition.ORGANISATIONS_MAX;

  private static final int PEER_OFFSET = 30;
  private static final int ORDERER_STRIDE = 3;
  private static final int PEER_STRIDE = 4;
  private static final String LOOPBACK = "127.0.0.1";
  private static final String EVERYWHERE = "0.0.0.0";

  /** Under which host nodes are dialled. */
  enum Hosts {
    /** All under the definition's. */
    ONE,
    /** Each under a name of its own, as containers are; ports are the same. */
    OWN
  }

  private final Path folder;
  private final FabricNetworkDefinition definition;
  private final Hosts hosts;

  NetworkLayout(Path folder, FabricNetworkDefinition definition) {
    this(folder, definition, Hosts.ONE);
  }

  NetworkLayout(Path folder, FabricNetworkDefinition definition, Hosts hosts) {
    this.folder = folder.toAbsolutePath().normalize();
    this.definition = definition;
    this.hosts = hosts;
  }

  /**
   * An orderer.
   *
   * @param name unique in the network
   * @param member who runs it
   * @param address for members
   * @param admin for its administrator
   * @param health on this machine alone
   * @param home its folder: configuration and blocks
   */
  record Orderer(
      String name, MemberId member, HostPort address, HostPort admin, HostPort health, Path home) {
    /** Its blocks; made by itself when it first starts. */
    Path ledger() {
      return home.resolve("ledger");
    }
  }

  /**
   * A hospital's peer and its chaincode.
   *
   * @param name unique in the network
   * @param member who runs it
   * @param address for members
   * @param callback where a chaincode that the peer started would dial; unused
   * @param health on this machine alone
   * @param chaincode where its chaincode listens, on this machine alone
   * @param home its folder: configuration and ledger
   */
  record Peer(
      String name,
      MemberId member,
      HostPort address,
      HostPort callback,
      HostPort health,
      HostPort chaincode,
      Path home) {
    /** Its blocks and state; made by itself when it first starts. */
    Path ledger() {
      return home.resolve("ledger");
    }

    String chaincodeName() {
      return "chaincode." + member;
    }

    /** The chaincode's address and the keys to it, which the peer's external builder hands over. */
    Path connection() {
      return home.resolve("connection.json");
    }
  }

  /** The same files, each node dialled under its own host. */
  NetworkLayout ownHosts() {
    return new NetworkLayout(folder, definition, Hosts.OWN);
  }

  FabricNetworkDefinition definition() {
    return definition;
  }

  Path folder() {
    return folder;
  }

  Path configtx() {
    return folder.resolve("configtx.yaml");
  }

  Path genesis() {
    return folder.resolve("genesis.block");
  }

  Path builder() {
    return folder.resolve("builder");
  }

  Path chaincodePackage() {
    return folder.resolve("chaincode.tgz");
  }

  Path organisation(MemberId member) {
    return folder.resolve("organisations").resolve(member.value());
  }

  /** Name of the identity and TLS folder of an orderer within its organisation. */
  static String identity(Orderer orderer) {
    return orderer.name().substring(0, orderer.name().indexOf('.'));
  }

  List<Orderer> orderers() {
    List<Orderer> all = new ArrayList<>();
    for (MemberId member : definition.orderers()) {
      int place = all.size();
      int port = definition.basePort() + ORDERER_STRIDE * place;
      String name = "orderer-" + (place + 1) + "." + member;
      all.add(
          new Orderer(
              name,
              member,
              address(definition.host(), name, port),
              address(LOOPBACK, name, port + 1),
              HostPort.of(LOOPBACK, port + 2),
              folder.resolve("nodes").resolve(name)));
    }
    return List.copyOf(all);
  }

  List<Peer> peers() {
    return definition.hospitals().stream().map(this::peer).toList();
  }

  Peer peer(MemberId member) {
    int place = definition.organisations().indexOf(definition.organisation(member));
    int port = definition.basePort() + PEER_OFFSET + PEER_STRIDE * place;
    String name = "peer." + member;
    return new Peer(
        name,
        member,
        address(definition.host(), name, port),
        HostPort.of(LOOPBACK, port + 1),
        HostPort.of(LOOPBACK, port + 2),
        address(LOOPBACK, "chaincode." + member, port + 3),
        folder.resolve("nodes").resolve(name));
  }

  private HostPort address(String one, String node, int port) {
    return HostPort.of(
        switch (hosts) {
          case ONE -> one;
          case OWN -> ownHost(node);
        },
        port);
  }

  /** The host of a node that has one of its own; a label of DNS. */
  static String ownHost(String node) {
    return node.replace('.', '-');
  }

  /** Where a node listens that is dialled at this address. */
  HostPort listening(HostPort dialled) {
    return switch (hosts) {
      case ONE -> dialled;
      case OWN -> HostPort.of(EVERYWHERE, dialled.port());
    };
  }

  /** Names under which every node's TLS certificate may be dialled on one machine. */
  List<String> hosts() {
    List<String> hosts = new ArrayList<>(List.of("localhost", LOOPBACK));
    if (!hosts.contains(definition.host())) {
      hosts.add(definition.host());
    }
    return List.copyOf(hosts);
  }
}
