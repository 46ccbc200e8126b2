package org.koinon.libp2p.pubsub;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Names a message in IHAVE, IWANT and IDONTWANT; ours are author id followed by sequence number.
 */
public final class MessageId {
  static final int MAX_BYTES = 128;

  private final byte[] bytes;

  private MessageId(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies 1 to {@value #MAX_BYTES} bytes. */
  static MessageId of(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a message id has 1 to " + MAX_BYTES + " bytes; this one has " + bytes.length);
    }
    return new MessageId(bytes.clone());
  }

  /** The default id of the gossipsub specification: {@code from || seqno}. */
  static MessageId of(byte[] from, long seqno) {
    return new MessageId(
        ByteBuffer.allocate(from.length + Long.BYTES).put(from).putLong(seqno).array());
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MessageId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
