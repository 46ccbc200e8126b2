package org.koinon.aggregation.robust;

import java.util.Objects;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.study.Robust;

/**
 * n times what a robust rule makes of n contributions to a shard, as integers: it stands where the
 * sum stands, and dividing it by n yields the rule's result.
 *
 * <p>The same bits on every machine: one order of contributors, one order of numbers, and of
 * doubles only + - * / and square root, which IEEE 754 rounds in one way.
 */
public final class RobustSum {
  /** Numbers that are worked on at a time. */
  static final int RUN = 4096;

  private RobustSum() {}

  /**
   * Combines the contributions.
   *
   * @throws IllegalArgumentException if they are fewer than the rule can work with
   */
  public static void of(Robust robust, Points points, Points.Sums into) {
    int n = points.contributors();
    if (n < robust.contributorsMin()) {
      throw new IllegalArgumentException(
          n + " contributions where the rule needs " + robust.contributorsMin());
    }
    int tolerated = robust.tolerated();
    switch (robust.rule()) {
      case MEDIAN -> CoordinateRule.median().sum(points, into);
      case TRIMMED_MEAN -> CoordinateRule.trimmedMean(tolerated).sum(points, into);
      case KRUM -> Krum.of(points, tolerated).sumOfBest(1, into);
      case MULTI_KRUM -> Krum.of(points, tolerated).sumOfBest(n - tolerated, into);
      case GEOMETRIC_MEDIAN -> GeometricMedian.sum(new RealPoints(points), into);
      case CENTRED_CLIPPING -> {
        RealPoints real = new RealPoints(points);
        Clipping.centred(real, real.radius(radius(robust)), into);
      }
      case NORM_BOUND -> {
        RealPoints real = new RealPoints(points);
        Clipping.normBound(real, real.radius(radius(robust)), into);
      }
    }
  }

  private static double radius(Robust robust) {
    Decimal radius = Objects.requireNonNull(robust.radius(), "checked when the rule was made");
    return radius.toDouble();
  }

  /**
   * n · total / m to the nearest integer, half to even, without leaving 64 bits: for the mean of m
   * of n contributions, whose total is exact.
   */
  public static long scaledMean(long total, int m, int n) {
    long rest = Math.floorMod(total, m) * (long) n;
    long whole = Math.floorDiv(total, m) * n + rest / m;
    long twice = 2 * (rest % m);
    return twice > m || (twice == m && (whole & 1) == 1) ? whole + 1 : whole;
  }
}
