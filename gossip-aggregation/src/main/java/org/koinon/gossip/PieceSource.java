package org.koinon.gossip;

import java.util.Optional;

/** Looks up the pieces that this node serves; called by several threads at once. */
@FunctionalInterface
public interface PieceSource {
  /**
   * The piece of that root, if this node has it and that reader may have it; the two "no" look the
   * same to the reader.
   *
   * @param reader proven by the connection's handshake
   */
  Optional<Piece> piece(PieceRoot root, PeerAddress reader);
}
