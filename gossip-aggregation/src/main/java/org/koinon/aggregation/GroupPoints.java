package org.koinon.aggregation;

import java.util.List;
import org.koinon.aggregation.robust.Points;
import org.koinon.aggregation.robust.RobustSum;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;

/**
 * The means of groups, of all tensors, as a robust rule reads contributions: each group's sum
 * divided by its size, to the nearest integer, within what one honest member may contribute.
 */
final class GroupPoints implements Points {
  private final VectorSpec vector;
  private final List<GroupMedian.Sum> groups;

  GroupPoints(VectorSpec vector, List<GroupMedian.Sum> groups) {
    this.vector = vector;
    this.groups = List.copyOf(groups);
  }

  @Override
  public int contributors() {
    return groups.size();
  }

  @Override
  public int size() {
    return vector.modelWords();
  }

  @Override
  public int updateSize() {
    return vector.modelWords();
  }

  @Override
  public void read(int group, int from, long[] into, int length) {
    GroupMedian.Sum sum = groups.get(group);
    sum.words().model().read(from, into, length);
    TensorRuns.each(
        vector,
        from,
        length,
        (tensor, first, end) -> {
          long bound = bound(tensor);
          for (int at = first; at < end; at++) {
            into[at] = mean(into[at], sum.members(), bound);
          }
        });
  }

  /** total / members, half to even, and no more than a member may contribute. */
  static long mean(long total, int members, long bound) {
    return Math.clamp(RobustSum.scaledMean(total, members, 1), -bound, bound);
  }

  static long bound(TensorSpec tensor) {
    return (long) FixedPoint.bound(tensor, 1);
  }

  @Override
  public void readUnits(int from, double[] into, int length) {
    TensorRuns.each(
        vector,
        from,
        length,
        (tensor, first, end) ->
            java.util.Arrays.fill(into, first, end, Math.scalb(1.0, -tensor.fractionBits())));
  }

  @Override
  public void readBounds(int from, long[] into, int length) {
    TensorRuns.each(
        vector,
        from,
        length,
        (tensor, first, end) -> java.util.Arrays.fill(into, first, end, bound(tensor)));
  }
}
