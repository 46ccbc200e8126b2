package org.koinon.aggregation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.VectorSpec;

/**
 * How the vector of one round is cut: which words of each block are in which shard, and the round
 * that all hashes are bound to.
 *
 * @param context digest of consortium, study, version, round and the entry that opened it
 * @param vector what is cut
 * @param map into how many shards, and whose they are
 */
public record ShardLayout(Digest context, VectorSpec vector, ShardMap map) {
  /** S. */
  public int shards() {
    return map.shards();
  }

  /** Words of block 0 in the shard. */
  public int modelWords(int shard) {
    return map.length(check(shard), vector.modelWords());
  }

  /** Words of block 1 in the shard. */
  public int metricWords(int shard) {
    return map.length(check(shard), vector.metricWords());
  }

  /** Bytes of the shard. */
  public long sizeBytes(int shard) {
    return (long) Words.sizeBytes(vector.wordBits(), modelWords(shard))
        + Words.sizeBytes(VectorSpec.METRIC_WORD_BITS, metricWords(shard));
  }

  /** No encoded piece and no encoded sum of the shard is longer: the limit before it is read. */
  public long encodedSizeMax(int shard) {
    return Integer.BYTES + Envelope.HEADER_MAX + sizeBytes(shard);
  }

  /** The shard's part of a whole vector; shares its bytes. */
  public Blocks slice(Blocks whole, int shard) {
    requireWhole(whole);
    return new Blocks(
        whole.model().slice(map.start(shard, vector.modelWords()), modelWords(shard)),
        whole.metrics().slice(map.start(shard, vector.metricWords()), metricWords(shard)));
  }

  /** Whether the blocks have the sizes of the shard. */
  boolean fits(Blocks part, int shard) {
    return part.model().wordBits() == vector.wordBits()
        && part.model().count() == modelWords(shard)
        && part.metrics().wordBits() == VectorSpec.METRIC_WORD_BITS
        && part.metrics().count() == metricWords(shard);
  }

  /** The leaf that binds a shard's root to this round, the contributor and the shard's number. */
  public Digest leaf(MemberId contributor, int shard, Digest shardRoot) {
    return Digest.tagged(
        "koinon/shard/v1",
        context.bytes(),
        contributor.value().getBytes(StandardCharsets.UTF_8),
        ByteBuffer.allocate(Integer.BYTES).putInt(shard).array(),
        shardRoot.bytes());
  }

  private void requireWhole(Blocks whole) {
    if (whole.model().count() != vector.modelWords()
        || whole.model().wordBits() != vector.wordBits()
        || whole.metrics().count() != vector.metricWords()
        || whole.metrics().wordBits() != VectorSpec.METRIC_WORD_BITS) {
      throw new IllegalArgumentException(whole + " does not have the sizes of the study's vector");
    }
  }

  private int check(int shard) {
    return Objects.checkIndex(shard, shards());
  }
}
