package org.koinon.gossip;

/**
 * The envelopes of a transfer. A push is {@code Push, Answer, bytes, Answer}; a fetch is {@code
 * Fetch, Offer, bytes}, or {@code Fetch, Answer} when there is none.
 */
public sealed interface ExchangeMessage {
  /** Longest envelope on the wire, without the length in front. */
  int MAX_BYTES = 1024;

  record Push(PieceHeader header) implements ExchangeMessage {}

  record Answer(Acknowledgement acknowledgement) implements ExchangeMessage {}

  record Fetch(PieceRoot root, int offset) implements ExchangeMessage {
    public Fetch {
      requireNotNegative(offset);
    }
  }

  /** The bytes that follow are those from the asked offset to the length. */
  record Offer(PieceKind kind, int lengthBytes) implements ExchangeMessage {
    public Offer {
      requireNotNegative(lengthBytes);
    }
  }

  private static void requireNotNegative(int value) {
    if (value < 0) {
      throw new IllegalArgumentException("a length or offset cannot be " + value);
    }
  }
}
