package org.koinon.gossip;

/** Decides on pieces that peers push to this node; called by several threads at once. */
public interface PieceSink {
  /** Before any byte has come and any memory has been taken: is this piece welcome? */
  Acknowledgement offered(PeerAddress sender, PieceHeader header);

  /** The whole piece has come; its length is the announced one, its root is not yet checked. */
  Acknowledgement received(PeerAddress sender, PieceHeader header, byte[] bytes);
}
