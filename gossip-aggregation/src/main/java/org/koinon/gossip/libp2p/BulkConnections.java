package org.koinon.gossip.libp2p;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.Host;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;

/** One dialled bulk connection per peer, kept for the next transfer and renewed when broken. */
final class BulkConnections implements AutoCloseable {
  private static final class Line {
    final ReentrantLock lock = new ReentrantLock();
    @Nullable Connection connection;
  }

  private final ConcurrentHashMap<PeerId, Line> lines = new ConcurrentHashMap<>();
  private final Host host;
  private final PeerDirectory directory;
  private final ProtocolId protocol;

  BulkConnections(Host host, PeerDirectory directory, ProtocolId protocol) {
    this.host = host;
    this.directory = directory;
    this.protocol = protocol;
  }

  /** A new stream on the peer's bulk connection; dials when there is none that works. */
  Stream open(PeerId peer) throws IOException {
    Line line = lines.computeIfAbsent(peer, _ -> new Line());
    line.lock.lock();
    try {
      Connection standing = line.connection;
      if (standing != null && standing.isOpen()) {
        try {
          return standing.openStream(protocol);
        } catch (IOException e) {
          // The other side may have closed it while it was idle; a new one tells.
          standing.close();
        }
      }
      Multiaddr address =
          directory
              .addressOf(peer)
              .orElseThrow(() -> new IOException("no address is known for " + peer));
      Stream stream = host.connectBulk(address.withPeer(peer), protocol);
      line.connection = stream.connection();
      return stream;
    } finally {
      line.lock.unlock();
    }
  }

  @Override
  public void close() {
    for (Line line : lines.values()) {
      line.lock.lock();
      try {
        Connection standing = line.connection;
        if (standing != null) {
          standing.close();
        }
      } finally {
        line.lock.unlock();
      }
    }
  }
}
