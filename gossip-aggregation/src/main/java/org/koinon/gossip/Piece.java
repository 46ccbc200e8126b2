package org.koinon.gossip;

/**
 * The bytes of a piece with its kind. The array is not copied: whoever holds it leaves it alone.
 */
public final class Piece {
  private final PieceKind kind;
  private final byte[] bytes;

  public Piece(PieceKind kind, byte[] bytes) {
    this.kind = kind;
    this.bytes = bytes;
  }

  public PieceKind kind() {
    return kind;
  }

  public byte[] bytes() {
    return bytes;
  }
}
