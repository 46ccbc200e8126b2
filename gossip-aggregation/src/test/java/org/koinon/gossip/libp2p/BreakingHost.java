package org.koinon.gossip.libp2p;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.Host;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.PeerListener;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.core.StreamHandler;

/** A host whose next bulk connection is cut, once, after so many bytes have been read from it. */
final class BreakingHost implements Host {
  private final Host host;
  private final AtomicLong breakAfter = new AtomicLong(-1);

  BreakingHost(Host host) {
    this.host = host;
  }

  void breakConnectionAfter(long bytes) {
    breakAfter.set(bytes);
  }

  @Override
  public Stream connectBulk(Multiaddr address, ProtocolId... protocols) throws IOException {
    Stream stream = host.connectBulk(address, protocols);
    long limit = breakAfter.getAndSet(-1);
    return limit < 0 ? stream : new BreakingStream(stream, limit);
  }

  private static final class BreakingInput extends FilterInputStream {
    private final Connection connection;
    private long left;

    BreakingInput(Stream stream, long left) {
      super(stream.in());
      this.connection = stream.connection();
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      left--;
      return super.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left <= 0) {
        connection.close();
      }
      int read = super.read(into, offset, length);
      left -= Math.max(0, read);
      return read;
    }
  }

  private record BreakingStream(Stream stream, InputStream in) implements Stream {
    BreakingStream(Stream stream, long limit) {
      this(stream, new BreakingInput(stream, limit));
    }

    @Override
    public ProtocolId protocol() {
      return stream.protocol();
    }

    @Override
    public PeerId remotePeer() {
      return stream.remotePeer();
    }

    @Override
    public Connection connection() {
      return stream.connection();
    }

    @Override
    public OutputStream out() {
      return stream.out();
    }

    @Override
    public void closeWrite() throws IOException {
      stream.closeWrite();
    }

    @Override
    public void reset() {
      stream.reset();
    }

    @Override
    public void deadline(Duration fromNow) {
      stream.deadline(fromNow);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  @Override
  public PeerId peerId() {
    return host.peerId();
  }

  @Override
  public List<Multiaddr> listenAddresses() {
    return host.listenAddresses();
  }

  @Override
  public Connection connect(Multiaddr address) throws IOException {
    return host.connect(address);
  }

  @Override
  public Stream newStream(PeerId peer, ProtocolId... protocols) throws IOException {
    return host.newStream(peer, protocols);
  }

  @Override
  public void handle(ProtocolId protocol, StreamHandler handler) {
    host.handle(protocol, handler);
  }

  @Override
  public Set<PeerId> peers() {
    return host.peers();
  }

  @Override
  public List<Connection> connections(PeerId peer) {
    return host.connections(peer);
  }

  @Override
  public Set<ProtocolId> peerProtocols(PeerId peer) {
    return host.peerProtocols(peer);
  }

  @Override
  public void onPeer(PeerListener listener) {
    host.onPeer(listener);
  }

  @Override
  public void close() {
    host.close();
  }
}
