package org.koinon.libp2p.pubsub;

/**
 * How much one RPC may hold; checked while it is read, before an element is made.
 *
 * @param frameBytes the whole RPC
 * @param dataBytes payload of one message
 * @param messages messages and, separately, subscriptions
 * @param ids message ids over all IHAVE and IWANT entries together
 * @param meshChanges GRAFT and PRUNE entries together, IHAVE entries, and exchanged peers
 */
public record RpcLimits(int frameBytes, int dataBytes, int messages, int ids, int meshChanges) {
  /** Payload limit for announcements: bulk data does not belong in gossip. */
  public static final int DEFAULT_DATA_BYTES = 64 << 10;

  private static final int DEFAULT_FRAME_BYTES = (1 << 20) + (64 << 10);

  public RpcLimits {
    if (frameBytes < 1024 || dataBytes < 1 || dataBytes > frameBytes - 1024) {
      throw new IllegalArgumentException(
          "an RPC of %d bytes cannot carry a message of %d: leave 1024 bytes for the envelope"
              .formatted(frameBytes, dataBytes));
    }
    if (messages < 1 || ids < 1 || meshChanges < 1) {
      throw new IllegalArgumentException("every count limit is at least 1");
    }
  }

  public static RpcLimits defaults() {
    return new RpcLimits(DEFAULT_FRAME_BYTES, DEFAULT_DATA_BYTES, 256, 5000, 64);
  }
}
