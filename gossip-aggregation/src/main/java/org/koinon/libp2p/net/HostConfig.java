package org.koinon.libp2p.net;

import java.util.List;
import java.util.Set;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.crypto.IdentityKey;

/**
 * What a host is made of.
 *
 * @param listen TCP addresses to listen on, port 0 for any; none for a host that only dials
 * @param gater who may connect
 * @param bulkProtocols a connection whose dialler opens one of these first is for bulk
 */
public record HostConfig(
    IdentityKey identity,
    List<Multiaddr> listen,
    ConnectionGater gater,
    HostLimits limits,
    Set<ProtocolId> bulkProtocols) {
  public HostConfig {
    listen = List.copyOf(listen);
    bulkProtocols = Set.copyOf(bulkProtocols);
    listen.forEach(Multiaddr::toSocketAddress);
  }

  /** A host that listens nowhere, with the default limits and no bulk protocol. */
  public static HostConfig of(IdentityKey identity, ConnectionGater gater) {
    return new HostConfig(identity, List.of(), gater, HostLimits.defaults(), Set.of());
  }

  /** The same, listening. */
  public HostConfig listeningOn(Multiaddr... addresses) {
    return new HostConfig(identity, List.of(addresses), gater, limits, bulkProtocols);
  }

  /** The same, with other limits. */
  public HostConfig limitedBy(HostLimits other) {
    return new HostConfig(identity, listen, gater, other, bulkProtocols);
  }

  /** The same, with these bulk protocols. */
  public HostConfig withBulk(ProtocolId... protocols) {
    return new HostConfig(identity, listen, gater, limits, Set.of(protocols));
  }
}
