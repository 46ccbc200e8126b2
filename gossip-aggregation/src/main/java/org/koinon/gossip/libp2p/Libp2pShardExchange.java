package org.koinon.gossip.libp2p;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.gossip.Acknowledgement;
import org.koinon.gossip.Acknowledgement.Refused;
import org.koinon.gossip.ExchangeException;
import org.koinon.gossip.ExchangeLimits;
import org.koinon.gossip.ExchangeMessage;
import org.koinon.gossip.ExchangeMessage.Answer;
import org.koinon.gossip.ExchangeMessage.Fetch;
import org.koinon.gossip.ExchangeMessage.Offer;
import org.koinon.gossip.ExchangeMessage.Push;
import org.koinon.gossip.PeerAddress;
import org.koinon.gossip.Piece;
import org.koinon.gossip.PieceDesk;
import org.koinon.gossip.PieceHeader;
import org.koinon.gossip.PieceRoot;
import org.koinon.gossip.PieceSink;
import org.koinon.gossip.PieceSource;
import org.koinon.gossip.ShardExchange;
import org.koinon.gossip.Traffic;
import org.koinon.gossip.TrafficMeter;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Host;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.wire.WireException;

/**
 * Pieces over libp2p streams, one stream per transfer, on a bulk connection per peer. The host must
 * have been made with {@link #PROTOCOL} among its bulk protocols.
 */
public final class Libp2pShardExchange implements ShardExchange {
  public static final ProtocolId PROTOCOL = new ProtocolId("/koinon/pieces/1.0.0");

  private final ExchangeLimits limits;
  private final BulkConnections connections;
  private final PieceDesk desk;
  private final TrafficMeter meter = new TrafficMeter();
  private final PeerTurns pushing = new PeerTurns();
  private final PeerTurns fetching = new PeerTurns();
  private final PeerTurns receiving = new PeerTurns();
  private final PeerTurns serving = new PeerTurns();

  public Libp2pShardExchange(Host host, PeerDirectory directory, ExchangeLimits limits) {
    this.limits = limits;
    this.connections = new BulkConnections(host, directory, PROTOCOL);
    this.desk = new PieceDesk(limits.maxPieceBytes());
    host.handle(PROTOCOL, this::answer);
  }

  @Override
  public void serve(PieceSource source) {
    desk.serve(source);
  }

  @Override
  public void accept(PieceSink sink) {
    desk.accept(sink);
  }

  @Override
  public Acknowledgement send(PeerAddress to, PieceHeader header, byte[] bytes) {
    PieceDesk.requireLength(header, bytes);
    PeerId peer = PeerId.parse(to.peerId());
    return pushing.inTurn(peer, () -> push(peer, header, bytes));
  }

  private Acknowledgement push(PeerId peer, PieceHeader header, byte[] bytes) {
    try (Stream stream = connections.open(peer)) {
      try {
        Transfer transfer = transfer(stream);
        transfer.write(new Push(header));
        Acknowledgement welcome = acknowledgement(transfer.read());
        if (welcome instanceof Refused) {
          return welcome;
        }
        transfer.writePayload(header.kind(), bytes, 0);
        return acknowledgement(transfer.read());
      } catch (IOException e) {
        stream.reset();
        throw e;
      }
    } catch (IOException e) {
      throw new ExchangeException(
          "piece %s did not get to %s: %s".formatted(header.root(), peer, e.getMessage()), e);
    }
  }

  private static Acknowledgement acknowledgement(ExchangeMessage message) throws IOException {
    if (message instanceof Answer(Acknowledgement acknowledgement)) {
      return acknowledgement;
    }
    throw new WireException("an answer was due, not " + message);
  }

  @Override
  public Optional<byte[]> fetch(PeerAddress from, PieceRoot root, int maxBytes) {
    PeerId peer = PeerId.parse(from.peerId());
    return fetching.inTurn(peer, () -> new Pull(peer, root, maxBytes).run());
  }

  /** A fetch with what has come so far; a new connection goes on from there. */
  private final class Pull {
    private final PeerId peer;
    private final PieceRoot root;
    private final int maxBytes;
    private byte @Nullable [] bytes;
    private int received;

    Pull(PeerId peer, PieceRoot root, int maxBytes) {
      this.peer = peer;
      this.root = root;
      this.maxBytes = maxBytes;
    }

    Optional<byte[]> run() {
      int idle = 0;
      for (; ; ) {
        int before = received;
        try {
          return attempt();
        } catch (IOException e) {
          idle = received > before ? 0 : idle + 1;
          if (idle >= limits.attempts()) {
            throw new ExchangeException(
                "piece %s of %s stopped at byte %d: %s"
                    .formatted(root, peer, received, e.getMessage()),
                e);
          }
        }
      }
    }

    private Optional<byte[]> attempt() throws IOException {
      try (Stream stream = connections.open(peer)) {
        try {
          Transfer transfer = transfer(stream);
          transfer.write(new Fetch(root, received));
          return switch (transfer.read()) {
            case Answer _ -> Optional.empty();
            case Offer(_, int length) -> Optional.of(read(transfer, length));
            case Push _, Fetch _ -> throw new WireException("an offer was due, not a request");
          };
        } catch (IOException | ExchangeException e) {
          stream.reset();
          throw e;
        }
      }
    }

    private byte[] read(Transfer transfer, int length) throws IOException {
      PieceDesk.requireAtMost(length, Math.min(maxBytes, limits.maxPieceBytes()), root);
      byte[] into = bytes;
      if (into == null) {
        into = new byte[length];
        bytes = into;
      } else if (into.length != length) {
        throw new ExchangeException(
            "%s announces %d bytes for piece %s, and announced %d before"
                .formatted(peer, length, root, into.length));
      }
      while (received < length) {
        received = transfer.readPayload(into, received);
      }
      return into;
    }
  }

  private Transfer transfer(Stream stream) {
    return new Transfer(stream, limits.stall(), meter);
  }

  private void answer(Stream stream) throws IOException {
    if (stream.connection().purpose() != ConnectionPurpose.BULK) {
      throw new WireException("pieces travel on bulk connections only");
    }
    Transfer transfer = transfer(stream);
    PeerId peer = stream.remotePeer();
    switch (transfer.read()) {
      case Push(PieceHeader header) ->
          receiving.inTurn(peer, limits.stall(), () -> receive(transfer, header));
      case Fetch(PieceRoot root, int offset) ->
          serving.inTurn(peer, limits.stall(), () -> offer(transfer, root, offset));
      case Answer _, Offer _ -> throw new WireException("a request was due, not an answer");
    }
  }

  private boolean receive(Transfer transfer, PieceHeader header) throws IOException {
    Acknowledgement welcome = desk.offered(transfer.peer(), header);
    transfer.write(new Answer(welcome));
    if (welcome instanceof Refused) {
      return false;
    }
    byte[] bytes = new byte[header.lengthBytes()];
    int received = 0;
    while (received < bytes.length) {
      received = transfer.readPayload(bytes, received);
    }
    transfer.write(new Answer(desk.received(transfer.peer(), header, bytes)));
    return true;
  }

  private boolean offer(Transfer transfer, PieceRoot root, int offset) throws IOException {
    Optional<Piece> found = desk.piece(root, transfer.peer());
    if (found.isEmpty() || offset > found.get().bytes().length) {
      transfer.write(new Answer(new Refused(PieceDesk.NOT_HERE)));
      return false;
    }
    Piece piece = found.get();
    transfer.write(new Offer(piece.kind(), piece.bytes().length));
    transfer.writePayload(piece.kind(), piece.bytes(), offset);
    return true;
  }

  @Override
  public Map<PeerAddress, Traffic> traffic() {
    return meter.snapshot();
  }

  @Override
  public void close() {
    connections.close();
  }
}
