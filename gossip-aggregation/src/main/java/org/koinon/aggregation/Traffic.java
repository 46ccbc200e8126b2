package org.koinon.aggregation;

import org.koinon.federation.study.VectorSpec;

/**
 * How many bytes of shards a peer sends in an undisturbed round, headers and transport aside:
 * {@code (r(N-1) + N-r) · d/N} words, the first part for the pieces, the second for the sums.
 */
public final class Traffic {
  private Traffic() {}

  /** The mean over the peers, both blocks counted. */
  public static double meanBytesPerPeer(VectorSpec vector, int peers, int replicas) {
    int owners = Math.min(replicas, peers);
    double shards = (double) owners * (peers - 1) + peers - owners;
    return shards / peers * vectorBytes(vector);
  }

  /** The optimum of an all-reduce: {@code 2d(N-1)/N} words, which r = 1 reaches. */
  public static double optimumBytesPerPeer(VectorSpec vector, int peers) {
    return 2.0 * (peers - 1) / peers * vectorBytes(vector);
  }

  private static long vectorBytes(VectorSpec vector) {
    return (long) vector.modelWords() * (vector.wordBits() / Byte.SIZE)
        + (long) vector.metricWords() * (VectorSpec.METRIC_WORD_BITS / Byte.SIZE);
  }
}
