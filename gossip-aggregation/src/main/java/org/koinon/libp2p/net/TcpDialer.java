package org.koinon.libp2p.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.koinon.libp2p.core.AddressProtocol;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;

/** Dials an address that names its peer, with the gater asked first and a pause after failures. */
final class TcpDialer {
  private final ConnectionUpgrader upgrader;
  private final ConnectionGater gater;
  private final HostLimits.Handshake limits;
  private final DialBackoff backoff;

  TcpDialer(ConnectionUpgrader upgrader, HostConfig config) {
    this.upgrader = upgrader;
    this.gater = config.gater();
    this.limits = config.limits().handshake();
    this.backoff = new DialBackoff(limits.dialBackoffMax(), System::nanoTime);
  }

  Upgraded dial(PeerId peer, Multiaddr address) throws IOException {
    if (!gater.allowDial(peer, address)) {
      throw new RefusedException("peer " + peer + " is not allowed to be dialled");
    }
    backoff.requireReady(peer);
    try {
      Upgraded upgraded = upgrader.dial(connect(address), peer);
      backoff.succeeded(peer);
      return upgraded;
    } catch (IOException e) {
      backoff.failed(peer);
      throw new IOException("dialling " + address + " failed: " + e.getMessage(), e);
    }
  }

  private Socket connect(Multiaddr address) throws IOException {
    InetSocketAddress target = address.toSocketAddress();
    IOException failure = new IOException("no address of the right family for " + address);
    for (InetAddress candidate : resolve(address.components().getFirst().protocol(), target)) {
      Socket socket = new Socket();
      try {
        socket.connect(
            new InetSocketAddress(candidate, target.getPort()), (int) limits.connect().toMillis());
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  private static List<InetAddress> resolve(AddressProtocol kind, InetSocketAddress target)
      throws IOException {
    return Arrays.stream(InetAddress.getAllByName(target.getHostString()))
        .filter(
            found ->
                switch (kind) {
                  case DNS4 -> found instanceof Inet4Address;
                  case DNS6 -> found instanceof Inet6Address;
                  case IP4, IP6, DNS, DNSADDR, TCP, P2P -> true;
                })
        .toList();
  }
}
