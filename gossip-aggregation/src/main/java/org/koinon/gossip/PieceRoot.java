package org.koinon.gossip;

import java.util.Arrays;
import java.util.HexFormat;

/** The content address of a piece: a 32-byte root that its owner has committed to. */
public final class PieceRoot {
  public static final int BYTES = 32;

  private final byte[] bytes;

  private PieceRoot(byte[] bytes) {
    this.bytes = bytes;
  }

  public static PieceRoot of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a root has 32 bytes, not " + bytes.length);
    }
    return new PieceRoot(bytes.clone());
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PieceRoot root && Arrays.equals(bytes, root.bytes);
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
