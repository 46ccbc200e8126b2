package org.koinon.libp2p.pubsub;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.wire.LengthPrefixed;
import org.koinon.libp2p.wire.WireException;

/**
 * Reads the gossip streams that peers open to us. Nothing is ever written on them and they are not
 * closed from our side while they live: the peer would take either as our death. A peer may have
 * two, the live one and its successor; a third resets the oldest.
 */
final class InboundStreams {
  private static final int PER_PEER = 2;

  /** Hears what peers send; called on the stream's thread and may block it. */
  interface Receiver {
    void opened(PeerId peer);

    void received(PeerId peer, Rpc rpc);

    void brokeFormat(PeerId peer);
  }

  private final ConcurrentHashMap<PeerId, List<Stream>> live = new ConcurrentHashMap<>();
  private final RpcCodec codec;
  private final RpcLimits limits;
  private final Receiver receiver;

  InboundStreams(RpcLimits limits, Receiver receiver) {
    this.codec = new RpcCodec(limits);
    this.limits = limits;
    this.receiver = receiver;
  }

  /** Serves a stream until the peer ends it; a throw resets it. */
  void serve(Stream stream) throws IOException {
    if (stream.connection().purpose() == ConnectionPurpose.BULK) {
      throw new WireException("gossip does not run on a bulk connection");
    }
    PeerId peer = stream.remotePeer();
    enter(peer, stream);
    try {
      receiver.opened(peer);
      for (Optional<byte[]> frame = read(stream); frame.isPresent(); frame = read(stream)) {
        receiver.received(peer, codec.decode(frame.get()));
      }
    } catch (WireException e) {
      receiver.brokeFormat(peer);
      throw e;
    } finally {
      leave(peer, stream);
    }
  }

  private Optional<byte[]> read(Stream stream) throws IOException {
    return LengthPrefixed.read(stream.in(), limits.frameBytes(), "gossip RPC");
  }

  // The lists are never changed, only replaced, so that anyone may walk over them.
  private void enter(PeerId peer, Stream stream) {
    live.compute(
        peer,
        (_, old) -> {
          List<Stream> streams = new ArrayList<>(old == null ? List.of() : old);
          streams.add(stream);
          if (streams.size() > PER_PEER) {
            streams.removeFirst().reset();
          }
          return List.copyOf(streams);
        });
  }

  private void leave(PeerId peer, Stream stream) {
    live.computeIfPresent(
        peer,
        (_, old) -> {
          List<Stream> streams = new ArrayList<>(old);
          streams.remove(stream);
          return streams.isEmpty() ? null : List.copyOf(streams);
        });
  }

  void resetAll() {
    live.values().forEach(streams -> streams.forEach(Stream::reset));
  }
}
