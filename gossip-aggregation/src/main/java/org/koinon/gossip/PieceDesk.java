package org.koinon.gossip;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.gossip.Acknowledgement.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's answers to its peers, the same under every adapter. Safe for several threads. */
public final class PieceDesk {
  private static final Logger LOG = LoggerFactory.getLogger(PieceDesk.class);

  /** Reason given for a piece that is not here, or not for that reader. */
  public static final String NOT_HERE = "no such piece for you";

  private final int maxPieceBytes;
  private volatile @Nullable PieceSource source;
  private volatile @Nullable PieceSink sink;

  public PieceDesk(int maxPieceBytes) {
    this.maxPieceBytes = maxPieceBytes;
  }

  public void serve(PieceSource newSource) {
    source = newSource;
  }

  public void accept(PieceSink newSink) {
    sink = newSink;
  }

  /** Before memory is taken. */
  public Acknowledgement offered(PeerAddress sender, PieceHeader header) {
    PieceSink current = sink;
    if (current == null) {
      return new Refused("this peer takes no pieces");
    }
    if (header.lengthBytes() > maxPieceBytes) {
      return new Refused(
          "a piece of %d bytes exceeds the limit of %d"
              .formatted(header.lengthBytes(), maxPieceBytes));
    }
    try {
      return current.offered(sender, header);
    } catch (RuntimeException e) {
      LOG.error("the sink failed on the offer of {} by {}", header, sender, e);
      return new Refused("the receiver failed");
    }
  }

  public Acknowledgement received(PeerAddress sender, PieceHeader header, byte[] bytes) {
    PieceSink current = sink;
    if (current == null) {
      return new Refused("this peer takes no pieces");
    }
    try {
      return current.received(sender, header, bytes);
    } catch (RuntimeException e) {
      LOG.error("the sink failed on {} of {}", header, sender, e);
      return new Refused("the receiver failed");
    }
  }

  /** The answer to a fetch: an offer with the piece behind it, or none. */
  public Optional<Piece> piece(PieceRoot root, PeerAddress reader) {
    PieceSource current = source;
    return current == null ? Optional.empty() : current.piece(root, reader);
  }

  /** Fails when header and bytes do not belong together. */
  public static void requireLength(PieceHeader header, byte[] bytes) {
    if (header.lengthBytes() != bytes.length) {
      throw new IllegalArgumentException(
          "the header announces %d bytes, the piece has %d"
              .formatted(header.lengthBytes(), bytes.length));
    }
  }

  /** Fails when a peer announces more than the caller wants to read. */
  public static void requireAtMost(int lengthBytes, int maxBytes, PieceRoot root) {
    if (lengthBytes > maxBytes) {
      throw new ExchangeException(
          "piece %s has %d bytes, more than the %d asked for"
              .formatted(root, lengthBytes, maxBytes));
    }
  }
}
