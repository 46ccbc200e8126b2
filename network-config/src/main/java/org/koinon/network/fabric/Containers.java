package org.koinon.network.fabric;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.FabricContainer.Kind;
import org.koinon.network.fabric.FabricContainer.Port;
import org.koinon.network.fabric.FabricContainer.Reach;
import org.koinon.network.fabric.NetworkLayout.Hosts;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;
import org.koinon.network.node.HostPort;
import org.koinon.network.pki.Pem;
import org.koinon.network.yaml.ConfigException;

/**
 * The nodes of a network, each in a container: the same files as for processes, with the tree
 * {@code /koinon} for the network's folder, and each node under a host name of its own.
 */
final class Containers {
  /** The network's folder in every container. */
  private static final Path ROOT = Path.of("/koinon");

  private static final String CONFIGURATION = "/koinon/configuration";
  private static final String CONNECTION = "/koinon/connection/connection.json";
  private static final String JAR = FabricContainer.CHAINCODE_FOLDER + "/chaincode.jar";
  private static final int DNS_NAME = 2;

  private final NetworkLayout outside;
  private final NetworkLayout inside;

  private Containers(NetworkLayout layout) {
    this.outside = layout.ownHosts();
    this.inside = new NetworkLayout(ROOT, layout.definition(), Hosts.OWN);
  }

  /** Orderers, peers, chaincodes; refused when a brought certificate does not hold for one. */
  static List<FabricContainer> of(NetworkLayout layout) {
    Containers containers = new Containers(layout);
    List<FabricContainer> all = new ArrayList<>();
    containers.inside.orderers().forEach(each -> all.add(containers.orderer(each)));
    containers.inside.peers().forEach(each -> all.add(containers.peer(each)));
    containers.inside.peers().forEach(each -> all.add(containers.chaincode(each)));
    return List.copyOf(all);
  }

  private FabricContainer orderer(Orderer orderer) {
    return new FabricContainer(
        Kind.ORDERER,
        NetworkLayout.ownHost(orderer.name()),
        orderer.member(),
        List.of("orderer"),
        environment(Map.of("FABRIC_CFG_PATH", CONFIGURATION)),
        List.of(
            new Port("members", orderer.address().port(), reach()),
            new Port("admin", orderer.admin().port(), Reach.MACHINE)),
        identity(orderer.member(), NetworkLayout.identity(orderer)),
        new TreeMap<>(
            Map.of(CONFIGURATION + "/orderer.yaml", NodeConfiguration.orderer(inside, orderer))),
        new TreeMap<>(),
        health(orderer.health()),
        List.of(orderer.home().toString()));
  }

  private FabricContainer peer(Peer peer) {
    SortedMap<String, String> files = new TreeMap<>();
    files.put(CONFIGURATION + "/core.yaml", NodeConfiguration.peer(inside, peer));
    for (String script : List.of("detect", "build", "release")) {
      files.put(inside.builder().resolve("bin").resolve(script).toString(), Template.text(script));
    }
    String connection =
        new String(
            ChaincodeConnection.bytes(outside, outside.peer(peer.member())),
            StandardCharsets.UTF_8);
    return new FabricContainer(
        Kind.PEER,
        NetworkLayout.ownHost(peer.name()),
        peer.member(),
        List.of("peer", "node", "start"),
        environment(
            Map.of("FABRIC_CFG_PATH", CONFIGURATION, "KOINON_CHAINCODE_CONNECTION", CONNECTION)),
        List.of(new Port("members", peer.address().port(), reach())),
        identity(peer.member(), Identities.PEER),
        files,
        new TreeMap<>(Map.of(CONNECTION, connection)),
        health(peer.health()),
        List.of(peer.home().toString()));
  }

  private FabricContainer chaincode(Peer peer) {
    Path tls = inside.organisation(peer.member()).resolve(Identities.CHAINCODE).resolve("tls");
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(Nodes.CHAINCODE_OPTIONS);
    command.addAll(List.of("-cp", JAR, Nodes.CHAINCODE_MAIN));
    return new FabricContainer(
        Kind.CHAINCODE,
        NetworkLayout.ownHost(peer.chaincodeName()),
        peer.member(),
        command,
        new TreeMap<>(Nodes.chaincodeEnvironment(inside.listening(peer.chaincode()), tls)),
        List.of(new Port("chaincode", peer.chaincode().port(), Reach.NOBODY)),
        identity(peer.member(), Identities.CHAINCODE),
        new TreeMap<>(),
        new TreeMap<>(),
        bash("exec 3<>/dev/tcp/127.0.0.1/" + peer.chaincode().port()),
        List.of());
  }

  private Reach reach() {
    boolean isAlone = List.of("127.0.0.1", "localhost").contains(inside.definition().host());
    return isAlone ? Reach.MACHINE : Reach.EVERYBODY;
  }

  private static SortedMap<String, String> environment(Map<String, String> own) {
    SortedMap<String, String> all = new TreeMap<>(own);
    all.put("FABRIC_LOGGING_SPEC", "warn");
    return all;
  }

  /** Health is asked for inside the container alone: its listener has neither TLS nor a guard. */
  private static List<String> health(HostPort health) {
    return bash(
        "exec 3<>/dev/tcp/%s/%d && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3"
                .formatted(health.host(), health.port())
            + " && grep -q '200 OK' <&3");
  }

  private static List<String> bash(String script) {
    return List.of("bash", "-c", script);
  }

  private FabricContainer.Identity identity(MemberId member, String name) {
    Path source = outside.organisation(member).resolve(name);
    requireName(source.resolve("tls/tls.crt"), NetworkLayout.ownHost(name + "." + member));
    return new FabricContainer.Identity(
        source, inside.organisation(member).resolve(name).toString());
  }

  private static void requireName(Path file, String host) {
    X509Certificate certificate = Pem.certificate(file);
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      boolean holds =
          names != null
              && names.stream()
                  .anyMatch(each -> each.get(0).equals(DNS_NAME) && host.equals(each.get(1)));
      if (!holds) {
        throw new ConfigException(
            file.toString(),
            0,
            "does not hold for "
                + host
                + ", under which other containers dial this node: have it issued with this name");
      }
    } catch (CertificateParsingException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }
}
