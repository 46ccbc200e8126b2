package org.koinon.aggregation;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.model.Chunks;
import org.koinon.federation.encoding.Digest;

/**
 * The two blocks of integers of a vector, or of one shard of it: what is encoded, masked, hashed,
 * sent and summed. Its bytes are those of block 0, then those of block 1.
 *
 * @param model block 0 in Z_2^k: the tensors, in order
 * @param metrics block 1 in Z_2^64: the weight, then the metric numerators
 */
public record Blocks(Words model, Words metrics) {
  /** Length of both blocks. */
  public long sizeBytes() {
    return (long) model.sizeBytes() + metrics.sizeBytes();
  }

  /** SHA-256 over the bytes. */
  public Digest sha256() {
    MessageDigest sha = Digest.sha256();
    sha.update(model.array());
    sha.update(metrics.array());
    return Digest.of(sha.digest());
  }

  /** The Merkle root over the 1 MiB chunks of the bytes, each behind the salt if there is one. */
  Digest root(@Nullable Salt salt) {
    ByteBuffer[] parts = {model.array(), metrics.array()};
    return salt == null ? Chunks.root(parts) : Chunks.saltedRoot(salt.bytes(), parts);
  }
}
