package org.koinon.gossip;

import java.nio.charset.StandardCharsets;

/**
 * Announces a piece before its bytes.
 *
 * @param root content address; the receiver checks the bytes against it
 * @param label what the two nodes call it, such as study, round, member and shard; at most 256
 *     bytes; opaque here
 * @param lengthBytes exact length of the piece
 */
public record PieceHeader(PieceRoot root, PieceKind kind, String label, int lengthBytes) {
  public static final int MAX_LABEL_BYTES = 256;

  public PieceHeader {
    int labelBytes = label.getBytes(StandardCharsets.UTF_8).length;
    if (labelBytes > MAX_LABEL_BYTES) {
      throw new IllegalArgumentException("a label has at most 256 bytes, not " + labelBytes);
    }
    if (lengthBytes < 0) {
      throw new IllegalArgumentException("a piece cannot have " + lengthBytes + " bytes");
    }
  }
}
