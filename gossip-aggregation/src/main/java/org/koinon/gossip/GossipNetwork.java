package org.koinon.gossip;

/**
 * Publish and subscribe among the peers of a consortium.
 *
 * <p>A hint, never a promise: any message may be lost, come late or out of order; none comes twice
 * to one handler, and an author does not hear itself. Whatever must arrive stands on the ledger or
 * goes through {@link ShardExchange}. All methods may be called from any thread, handlers included.
 */
public interface GossipNetwork extends AutoCloseable {
  /** Longest message. */
  int MAX_MESSAGE_BYTES = (64 << 10) - 1;

  /**
   * Sends a message to whoever subscribes.
   *
   * @throws IllegalArgumentException if it is longer than {@link #MAX_MESSAGE_BYTES}
   */
  void publish(GossipTopic topic, byte[] message);

  /**
   * Has the handler hear a topic until the subscription is closed.
   *
   * @throws IllegalStateException if this node subscribes to the topic already
   */
  GossipSubscription subscribe(GossipTopic topic, GossipHandler handler);

  @Override
  void close();

  /** Fails on a message that is too long for gossip. */
  static void requireFits(byte[] message) {
    if (message.length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "a gossip message has at most %d bytes; this one has %d: send it as a piece"
              .formatted(MAX_MESSAGE_BYTES, message.length));
    }
  }
}
