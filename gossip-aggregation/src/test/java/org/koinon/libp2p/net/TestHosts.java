package org.koinon.libp2p.net;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.PeerListener;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.crypto.IdentityKey;

/** Hosts on loopback for tests, and what they told their listeners. */
final class TestHosts {
  static final ProtocolId ECHO = new ProtocolId("/echo/1.0.0");
  static final ProtocolId BULK = new ProtocolId("/bulk/1.0.0");

  private TestHosts() {}

  static TcpHost open() throws IOException {
    return start(config -> config);
  }

  static TcpHost start(UnaryOperator<HostConfig> change) throws IOException {
    HostConfig config =
        HostConfig.of(IdentityKey.generate(), ConnectionGater.allowing(peer -> true))
            .listeningOn(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"))
            .withBulk(BULK);
    TcpHost host = TcpHost.start(change.apply(config));
    host.handle(ECHO, stream -> stream.in().transferTo(stream.out()));
    host.handle(BULK, stream -> stream.in().transferTo(stream.out()));
    return host;
  }

  static Multiaddr address(TcpHost host) {
    return host.listenAddresses().getFirst();
  }

  /** Events as words: "connected", "identified", "disconnected" and the peer's id. */
  static BlockingQueue<String> events(TcpHost host) {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    host.onPeer(
        new PeerListener() {
          @Override
          public void connected(PeerId peer) {
            events.add("connected " + peer);
          }

          @Override
          public void identified(PeerId peer, Set<ProtocolId> protocols) {
            events.add("identified " + peer + (protocols.contains(ECHO) ? "" : " as a stranger"));
          }

          @Override
          public void disconnected(PeerId peer) {
            events.add("disconnected " + peer);
          }
        });
    return events;
  }

  static String next(BlockingQueue<String> events) throws InterruptedException {
    return String.valueOf(events.poll(20, TimeUnit.SECONDS));
  }
}
