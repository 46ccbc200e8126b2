package org.koinon.aggregation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.koinon.aggregation.robust.RobustSum;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.VectorSpec;

/**
 * The coordinate-wise median of the means of 2p+1 groups, as n times itself: it stands where the
 * sum of n members would stand, so that what follows a sum follows it too. Up to p groups may be
 * anything: every number is between those of two honest groups, or one of them.
 *
 * <p>In integers only. Block 1 holds the weight of n members that count alike, and the median of
 * each metric.
 *
 * @param members n
 * @param sum n times the median
 * @param verdicts on the groups, in their order
 */
public record GroupMedian(int members, Blocks sum, List<Verdict> verdicts) {
  /** A group is outvoted from so many times the usual distance on. */
  private static final double APART = 3;

  /** Copies. */
  public GroupMedian {
    verdicts = List.copyOf(verdicts);
  }

  /**
   * What the members of one group sum to.
   *
   * @param members how many
   * @param words their sum, masks off
   */
  public record Sum(int members, Blocks words) {}

  /**
   * How a group stands to the median.
   *
   * @param number of the group, from 1
   * @param isInRange whether its sum is one that honest members can make
   * @param distance Euclidean, of the group's mean from the median, in the update's units
   * @param isOutvoted whether it is out of range or much farther than most groups. A sign, not a
   *     proof: of whom in the group nothing is known
   */
  public record Verdict(int number, boolean isInRange, double distance, boolean isOutvoted) {
    /** For people. */
    public String sentence(int groups) {
      return "group "
          + number
          + " of "
          + groups
          + (isOutvoted ? " was outvoted: " : " counts: ")
          + (isInRange
              ? String.format(Locale.ROOT, "its mean is %.3g from the median", distance)
              : "honest members cannot make such a sum");
    }
  }

  /** Of these groups, if they are as many as the study asks for. */
  public static Optional<GroupMedian> of(Study study, List<Sum> groups) {
    Robust rule = study.robust();
    if (rule == null || groups.size() < study.groups()) {
      return Optional.empty();
    }
    VectorSpec vector = study.vector();
    int members = groups.stream().mapToInt(Sum::members).sum();
    GroupPoints points = new GroupPoints(vector, groups);
    Words model = Words.zeros(vector.wordBits(), vector.modelWords());
    double[] squares = new double[groups.size()];
    RobustSum.of(
        rule,
        points,
        (from, medians, length) -> {
          addSquares(points, squares, from, medians, length);
          model.put(from, scaled(medians, groups.size(), members, length), length);
        });
    Words metrics = metrics(vector, groups, members);
    List<Verdict> verdicts = verdicts(vector, groups, squares);
    return Optional.of(new GroupMedian(members, new Blocks(model, metrics), verdicts));
  }

  /** n times the median from g times the median of g groups. */
  private static long[] scaled(long[] medians, int groups, int members, int length) {
    long[] sums = new long[length];
    for (int at = 0; at < length; at++) {
      sums[at] = RobustSum.scaledMean(medians[at], groups, members);
    }
    return sums;
  }

  private static void addSquares(
      GroupPoints points, double[] squares, int from, long[] medians, int length) {
    long[] mean = new long[length];
    double[] units = new double[length];
    points.readUnits(from, units, length);
    for (int group = 0; group < squares.length; group++) {
      points.read(group, from, mean, length);
      for (int at = 0; at < length; at++) {
        double apart = (mean[at] - (double) medians[at] / squares.length) * units[at];
        squares[group] += apart * apart;
      }
    }
  }

  private static Words metrics(VectorSpec vector, List<Sum> groups, int members) {
    long one = 1L << vector.metricFractionBits();
    long[] words = new long[vector.metricWords()];
    words[0] = members * one;
    for (int word = 1; word < words.length; word++) {
      long[] means = new long[groups.size()];
      for (int group = 0; group < means.length; group++) {
        Sum sum = groups.get(group);
        means[group] = GroupPoints.mean(sum.words().metrics().signed(word), sum.members(), one);
      }
      Arrays.sort(means);
      words[word] = members * means[means.length / 2];
    }
    Words block = Words.zeros(VectorSpec.METRIC_WORD_BITS, words.length);
    block.put(0, words, words.length);
    return block;
  }

  private static List<Verdict> verdicts(VectorSpec vector, List<Sum> groups, double[] squares) {
    double[] distances = Arrays.stream(squares).map(Math::sqrt).toArray();
    double[] ascending = distances.clone();
    Arrays.sort(ascending);
    double usual = ascending[ascending.length / 2];
    List<Verdict> verdicts = new ArrayList<>();
    for (int group = 0; group < distances.length; group++) {
      boolean isInRange = isInRange(vector, groups.get(group));
      boolean isApart = distances[group] > APART * usual;
      verdicts.add(new Verdict(group + 1, isInRange, distances[group], !isInRange || isApart));
    }
    return verdicts;
  }

  private static boolean isInRange(VectorSpec vector, Sum group) {
    Contributors alike =
        new Contributors(
            group.members(), java.util.Collections.nCopies(group.members(), new Weight(1, 1)));
    return Aggregation.decode(vector, group.words(), alike, group.members())
        instanceof Decoded.Mean;
  }
}
