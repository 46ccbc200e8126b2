package org.koinon.libp2p.net;

import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.HostLimits;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.mux.MuxListener;
import org.koinon.libp2p.mux.MuxResources;
import org.koinon.libp2p.mux.YamuxMuxer;
import org.koinon.libp2p.mux.YamuxStream;
import org.koinon.libp2p.negotiate.MultistreamSelect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of this host: negotiates the streams of its multiplexer and hands inbound ones to
 * their handlers. The dialler fixes its purpose; the acceptor learns it from the first stream that
 * the dialler opens.
 */
final class PeerConnection implements Connection, MuxListener {
  private static final Logger log = LoggerFactory.getLogger(PeerConnection.class);
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  /** What all connections of a host share. */
  record Shared(
      HandlerTable handlers,
      Set<ProtocolId> bulkProtocols,
      MuxResources resources,
      ConnectionEvents events) {}

  private final Upgraded upgraded;
  private final Shared shared;
  private final YamuxMuxer muxer;
  private final AtomicReference<@Nullable ConnectionPurpose> purpose;
  private final AtomicBoolean firstSeen = new AtomicBoolean();
  private final long bornNanos = System.nanoTime();
  private volatile long busyNanos = bornNanos;

  /** An outbound connection has its purpose from the start; an inbound one has none yet. */
  PeerConnection(Upgraded upgraded, Optional<ConnectionPurpose> purpose, Shared shared) {
    this.upgraded = upgraded;
    this.shared = shared;
    this.purpose = new AtomicReference<>(purpose.orElse(null));
    this.muxer =
        new YamuxMuxer(
            upgraded.channel(),
            upgraded.input(),
            upgraded.direction() == Direction.OUTBOUND,
            shared.resources(),
            this);
  }

  void start() {
    muxer.start();
  }

  @Override
  public PeerId remotePeer() {
    return upgraded.channel().remotePeer();
  }

  @Override
  public Multiaddr remoteAddress() {
    return upgraded.remoteAddress();
  }

  @Override
  public Direction direction() {
    return upgraded.direction();
  }

  @Override
  public ConnectionPurpose purpose() {
    return knownPurpose().orElse(ConnectionPurpose.CONTROL);
  }

  /** Empty while the first stream of the dialler is awaited. */
  Optional<ConnectionPurpose> knownPurpose() {
    return Optional.ofNullable(purpose.get());
  }

  /** Fixes the purpose if it is still open. */
  void decide(ConnectionPurpose decision) {
    if (purpose.compareAndSet(null, decision)) {
      shared.events().decided(this);
    }
  }

  @Override
  public Stream openStream(ProtocolId... protocols) throws IOException {
    return negotiate(openRaw(), protocols);
  }

  /** Opens a stream without a word on it: its place among the connection's streams is taken. */
  YamuxStream openRaw() throws IOException {
    return muxer.open();
  }

  Stream negotiate(YamuxStream raw, ProtocolId... protocols) throws IOException {
    try {
      raw.deadline(limits().handshake().negotiation());
      ProtocolId agreed = MultistreamSelect.propose(raw.in(), raw.out(), List.of(protocols));
      raw.deadline(FOREVER);
      return new NegotiatedStream(this, raw, agreed);
    } catch (IOException | RuntimeException e) {
      raw.reset();
      throw e;
    }
  }

  @Override
  public int streamCount() {
    return muxer.streamCount();
  }

  @Override
  public boolean isOpen() {
    return muxer.isOpen();
  }

  @Override
  public void close() {
    muxer.close();
  }

  /** Closes without a farewell. */
  void fail(IOException cause) {
    muxer.fail(cause);
  }

  long ageNanos(long nowNanos) {
    return nowNanos - bornNanos;
  }

  /** How long the connection has had no stream, as far as ticks tell. */
  long idleNanos(long nowNanos) {
    return nowNanos - busyNanos;
  }

  void tick(long nowNanos) {
    muxer.tick(nowNanos);
    if (muxer.streamCount() > 0) {
      busyNanos = nowNanos;
    }
  }

  @Override
  public void opened(YamuxStream stream) {
    boolean first = firstSeen.compareAndSet(false, true);
    busyNanos = System.nanoTime();
    shared.resources().threads().execute(() -> serve(stream, first));
  }

  @Override
  public void closed(IOException cause) {
    shared.events().closed(this, cause);
  }

  private void serve(YamuxStream raw, boolean first) {
    try {
      raw.deadline(limits().handshake().negotiation());
      ProtocolId agreed = MultistreamSelect.answer(raw.in(), raw.out(), shared.handlers()::speaks);
      raw.deadline(FOREVER);
      if (first) {
        boolean bulk = shared.bulkProtocols().contains(agreed);
        decide(bulk ? ConnectionPurpose.BULK : ConnectionPurpose.CONTROL);
      }
      shared.handlers().serve(new NegotiatedStream(this, raw, agreed));
      raw.close();
    } catch (IOException e) {
      log.debug("stream #{} of {} ended: {}", raw.id(), remotePeer(), e.getMessage());
      raw.reset();
    } catch (RuntimeException e) {
      log.error("the handler of stream #{} of {} failed", raw.id(), remotePeer(), e);
      raw.reset();
    } catch (Error e) {
      fail(new IOException("serving a stream failed", e));
      throw e;
    } finally {
      if (first) {
        decide(ConnectionPurpose.CONTROL);
      }
    }
  }

  private HostLimits limits() {
    return shared.resources().limits();
  }

  @Override
  public String toString() {
    return direction() + " " + purpose() + " connection with " + remotePeer();
  }
}
