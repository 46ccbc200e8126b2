package org.koinon.aggregation.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.MerkleTree;

/** The Merkle root (RFC 6962) over the 1 MiB chunks of a run of bytes; the last may be shorter. */
public final class Chunks {
  /** Length of a chunk. */
  public static final int BYTES = 1 << 20;

  private static final byte[] NO_SALT = {};

  private Chunks() {}

  /** The root over the parts one after the other; of no bytes, SHA-256 of the empty string. */
  public static Digest root(ByteBuffer... parts) {
    return root(NO_SALT, 0, parts);
  }

  /**
   * The root with the salt before every chunk: without it no chunk can be guessed from any node of
   * the tree. No bytes are one empty chunk.
   */
  public static Digest saltedRoot(byte[] salt, ByteBuffer... parts) {
    if (salt.length != Digest.BYTES) {
      throw new IllegalArgumentException("a salt has 32 bytes, not " + salt.length);
    }
    return root(salt, 1, parts);
  }

  private static Digest root(byte[] salt, int leavesMin, ByteBuffer... parts) {
    long left = 0;
    ByteBuffer[] rest = new ByteBuffer[parts.length];
    for (int i = 0; i < parts.length; i++) {
      rest[i] = parts[i].duplicate();
      left += rest[i].remaining();
    }
    MerkleTree tree = new MerkleTree();
    while (left > 0 || tree.size() < leavesMin) {
      int length = (int) Math.min(BYTES, left);
      tree.append(leaf(salt, rest, length));
      left -= length;
    }
    return tree.root();
  }

  private static Digest leaf(byte[] salt, ByteBuffer[] rest, int length) {
    MessageDigest sha = Digest.sha256();
    sha.update((byte) 0);
    sha.update(salt);
    int left = length;
    for (ByteBuffer part : rest) {
      int taken = Math.min(left, part.remaining());
      sha.update(part.slice(part.position(), taken));
      part.position(part.position() + taken);
      left -= taken;
    }
    return Digest.of(sha.digest());
  }
}
