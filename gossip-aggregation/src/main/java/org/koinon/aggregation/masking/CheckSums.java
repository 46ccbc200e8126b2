package org.koinon.aggregation.masking;

import java.util.HexFormat;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.Words;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;
import org.koinon.federation.study.VectorSpec;

/**
 * Forty sums over random halves of a vector, of each block in its own ring: what a member says
 * about its masked vector so that a wrong total of all is seen. They are linear: the sums of a
 * total are the totals of the sums.
 *
 * <p>Coordinate c has the c-th little-endian u64 of the beacon's stream; bit m below 40 puts it
 * into sum m. Coordinates of block 1 come after those of block 0.
 *
 * @param hex 40 words of block 0 in k bits, then 40 of block 1 in 64 bits, little-endian, as
 *     lower-case hexadecimal
 */
public record CheckSums(String hex) implements Scalar {
  /** How many sums; a wrong total passes with chance 2^-40. */
  public static final int COUNT = 40;

  private static final int METRIC_BYTES = COUNT * Long.BYTES;

  /** Checks the form. */
  public CheckSums {
    int modelBytes = hex.length() / 2 - METRIC_BYTES;
    boolean fits =
        modelBytes == COUNT * Short.BYTES
            || modelBytes == COUNT * Integer.BYTES
            || modelBytes == COUNT * Long.BYTES;
    if (!fits
        || hex.length() % 2 != 0
        || !hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      throw new FormatException("", "check sums are 800, 960 or 1280 lower-case hex digits");
    }
  }

  /** Of a whole vector. */
  public static CheckSums of(Beacon beacon, Blocks whole) {
    return of(beacon, whole, 0, whole.model().count());
  }

  /** Of one shard's part of a vector; over all shards they add up to those of the whole. */
  public static CheckSums ofShard(Beacon beacon, ShardLayout layout, Blocks part, int shard) {
    int modelWords = layout.vector().modelWords();
    int metricWords = layout.vector().metricWords();
    return of(
        beacon,
        part,
        layout.map().start(shard, modelWords),
        modelWords + layout.map().start(shard, metricWords));
  }

  private static CheckSums of(Beacon beacon, Blocks part, int modelAt, int metricsAt) {
    SubsetSums sums = new SubsetSums(beacon.checks());
    int modelBits = part.model().wordBits();
    byte[] words = new byte[COUNT * modelBits / Byte.SIZE + METRIC_BYTES];
    int at = write(sums.of(part.model(), modelAt), modelBits, words, 0);
    write(sums.of(part.metrics(), metricsAt), Long.SIZE, words, at);
    return new CheckSums(HexFormat.of().formatHex(words));
  }

  private static int write(long[] sums, int wordBits, byte[] words, int from) {
    int at = from;
    for (long sum : sums) {
      Ring.put(wordBits, words, at, sum);
      at += wordBits / Byte.SIZE;
    }
    return at;
  }

  /** The sums of the sum. */
  public CheckSums plus(CheckSums other) {
    if (other.hex.length() != hex.length()) {
      throw new IllegalArgumentException("check sums of different rings");
    }
    byte[] total = HexFormat.of().parseHex(hex);
    byte[] term = HexFormat.of().parseHex(other.hex);
    int modelBytes = total.length - METRIC_BYTES;
    int modelBits = modelBytes / COUNT * Byte.SIZE;
    Words model = add(modelBits, total, term, 0, modelBytes);
    Words metrics = add(Long.SIZE, total, term, modelBytes, METRIC_BYTES);
    byte[] sum = new byte[total.length];
    model.buffer().get(sum, 0, modelBytes);
    metrics.buffer().get(sum, modelBytes, METRIC_BYTES);
    return new CheckSums(HexFormat.of().formatHex(sum));
  }

  private static Words add(int wordBits, byte[] one, byte[] other, int from, int length) {
    byte[] sum = java.util.Arrays.copyOfRange(one, from, from + length);
    byte[] term = java.util.Arrays.copyOfRange(other, from, from + length);
    Ring.add(wordBits, sum, 0, term, length, true);
    return Words.wrap(wordBits, sum);
  }

  /** Whether they are of blocks of that form. */
  public boolean fits(VectorSpec vector) {
    return hex.length() == COUNT * (vector.wordBits() + VectorSpec.METRIC_WORD_BITS) / 4;
  }

  /** For messages. */
  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** What these bytes say; refused if they have not the form of check sums. */
  static CheckSums of(byte[] bytes) {
    return new CheckSums(HexFormat.of().formatHex(bytes));
  }

  @Override
  public String scalar() {
    return hex;
  }
}
