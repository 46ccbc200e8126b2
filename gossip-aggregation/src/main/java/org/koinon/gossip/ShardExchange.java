package org.koinon.gossip;

import java.util.Map;
import java.util.Optional;

/**
 * Moves large pieces between peers by content address.
 *
 * <p>All calls block until done and may be made from any thread. Per peer, one push to it and one
 * fetch from it run at a time; further ones wait. A peer's lengths are checked against a limit
 * before memory is taken. The exchange carries bytes and does not judge them: the caller checks a
 * fetched piece against its root.
 */
public interface ShardExchange extends AutoCloseable {
  /** Serves pieces to peers from now on; a later source replaces an earlier one. */
  void serve(PieceSource source);

  /** Takes pushed pieces from now on; without a sink every push is refused. */
  void accept(PieceSink sink);

  /**
   * Pushes a piece to a peer and waits for its answer.
   *
   * @param bytes as long as the header says
   * @throws ExchangeException if no answer came; the peer may or may not have the piece, and
   *     sending it again is harmless
   */
  Acknowledgement send(PeerAddress to, PieceHeader header, byte[] bytes);

  /**
   * Fetches a piece; a broken transfer goes on where it stopped.
   *
   * @param maxBytes a longer piece is not read
   * @return empty when the peer does not have it for us
   * @throws ExchangeException if the peer is away, stops, or announces more than {@code maxBytes}
   */
  Optional<byte[]> fetch(PeerAddress from, PieceRoot root, int maxBytes);

  /** What has been sent to each peer so far. */
  Map<PeerAddress, Traffic> traffic();

  @Override
  void close();
}
