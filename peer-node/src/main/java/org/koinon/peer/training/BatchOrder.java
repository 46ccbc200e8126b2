package org.koinon.peer.training;

import java.util.SplittableRandom;

/**
 * Which rows each update sees: every epoch a fresh seeded shuffle, cut into batches, the last of
 * which may be smaller. A function of (rows, batch size, seed, number of the update) alone, so that
 * a later round goes on where the last one stopped without anything being kept.
 *
 * <p>Not thread-safe: it remembers the shuffle of the epoch it was asked for last.
 */
public final class BatchOrder {
  private final int[] shuffled;
  private final int batchSize;
  private final long seed;
  private long epoch = -1;

  /** For so many rows. */
  public BatchOrder(int rows, int batchSize, long seed) {
    if (rows < 1 || batchSize < 1) {
      throw new IllegalArgumentException("At least one row and one row per batch are needed");
    }
    this.shuffled = new int[rows];
    this.batchSize = batchSize;
    this.seed = seed;
  }

  /** Updates in one pass over the rows. */
  public long batchesPerEpoch() {
    return (shuffled.length + batchSize - 1L) / batchSize;
  }

  /** The rows of an update; updates count from 0. */
  public int[] batch(long update) {
    if (update < 0) {
      throw new IllegalArgumentException("Updates count from 0: " + update);
    }
    shuffle(update / batchesPerEpoch());
    int from = (int) (update % batchesPerEpoch() * batchSize);
    int to = Math.min(shuffled.length, from + batchSize);
    int[] batch = new int[to - from];
    System.arraycopy(shuffled, from, batch, 0, batch.length);
    return batch;
  }

  /** Fisher and Yates, seeded by the epoch. */
  private void shuffle(long wanted) {
    if (wanted == epoch) {
      return;
    }
    epoch = wanted;
    for (int i = 0; i < shuffled.length; i++) {
      shuffled[i] = i;
    }
    var random = new SplittableRandom(new SplittableRandom(seed).nextLong() + wanted);
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swapped;
    }
  }
}
