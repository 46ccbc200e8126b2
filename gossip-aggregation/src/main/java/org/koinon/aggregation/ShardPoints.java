package org.koinon.aggregation;

import java.util.Comparator;
import java.util.List;
import org.koinon.aggregation.robust.Points;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.VectorSpec;

/**
 * The pieces of one shard, in the roster's order, as a robust rule reads them.
 *
 * <p>No word counts for more than the clip allows: words beyond ±floor(C · 2^f), which only a
 * hostile encoder makes, are read as that bound, so that the result stays in the range of honest
 * sums.
 */
final class ShardPoints implements Points {
  private final VectorSpec vector;
  private final int start;
  private final int size;
  private final List<Piece> pieces;

  ShardPoints(ShardLayout layout, int shard, List<Piece> pieces) {
    this.vector = layout.vector();
    this.start = layout.map().start(shard, vector.modelWords());
    this.size = layout.modelWords(shard);
    List<MemberId> line = layout.map().line();
    this.pieces =
        pieces.stream()
            .sorted(Comparator.comparingInt(piece -> place(line, piece.contributor())))
            .toList();
  }

  private static int place(List<MemberId> line, MemberId contributor) {
    int place = line.indexOf(contributor);
    if (place < 0) {
      throw new IllegalArgumentException(contributor + " is not among the ready members");
    }
    return place;
  }

  @Override
  public int contributors() {
    return pieces.size();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int updateSize() {
    return vector.modelWords();
  }

  @Override
  public void read(int contributor, int from, long[] into, int length) {
    pieces.get(contributor).blocks().model().read(from, into, length);
    eachTensor(
        from,
        length,
        (tensor, first, end) -> {
          long bound = (long) FixedPoint.bound(tensor, 1);
          for (int at = first; at < end; at++) {
            into[at] = Math.clamp(into[at], -bound, bound);
          }
        });
  }

  @Override
  public void readUnits(int from, double[] into, int length) {
    eachTensor(
        from,
        length,
        (tensor, first, end) ->
            java.util.Arrays.fill(into, first, end, Math.scalb(1.0, -tensor.fractionBits())));
  }

  @Override
  public void readBounds(int from, long[] into, int length) {
    eachTensor(
        from,
        length,
        (tensor, first, end) ->
            java.util.Arrays.fill(into, first, end, (long) FixedPoint.bound(tensor, 1)));
  }

  private void eachTensor(int from, int length, TensorRuns.Part part) {
    TensorRuns.each(vector, start + from, length, part);
  }

  /**
   * The sum of block 1 of equal weights: the weight is 1 for each, whatever a piece says, no metric
   * counts for more than its range, and within a learned limit a member is or is not.
   */
  static Words metrics(ShardLayout layout, int shard, List<Piece> pieces) {
    VectorSpec vector = layout.vector();
    long one = 1L << vector.metricFractionBits();
    int start = layout.map().start(shard, vector.metricWords());
    long[] sums = new long[layout.metricWords(shard)];
    for (int at = 0; at < sums.length; at++) {
      boolean isWeight = start + at == 0;
      boolean isCount = vector.learnsLimit() && start + at == vector.metricWords() - 1;
      long least = isWeight ? one : isCount ? 0 : -one;
      long most = isCount ? 1 : one;
      for (Piece piece : pieces) {
        sums[at] += Math.clamp(piece.blocks().metrics().signed(at), least, most);
      }
    }
    Words words = Words.zeros(VectorSpec.METRIC_WORD_BITS, sums.length);
    words.put(0, sums, sums.length);
    return words;
  }
}
