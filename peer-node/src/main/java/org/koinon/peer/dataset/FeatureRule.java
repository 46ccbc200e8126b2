package org.koinon.peer.dataset;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How one feature comes out of one source column: impute, then {@code (x - mean) / divisor}.
 *
 * <p>The divisor is {@code sd + 1e-9}, or 1 for a constant feature or without standardisation.
 */
public sealed interface FeatureRule {
  /** The feature's name, such as {@code age} or {@code cp_2}. */
  String name();

  /** The column it is made of. */
  String source();

  /** What is subtracted. */
  double mean();

  /** What is divided by. */
  double divisor();

  /** A column taken as a number; {@code impute} replaces a missing value. */
  record Numeric(String name, String source, double impute, double mean, double divisor)
      implements FeatureRule {
    /** Refuses numbers that no row could be standardised by. */
    public Numeric {
      requireFinite(name, impute);
      requireScale(name, mean, divisor);
    }
  }

  /** 1 where the column holds {@code category}, else 0; {@code impute} replaces a missing level. */
  record Indicator(String name, String source, String category, String impute, Scale scale)
      implements FeatureRule {
    @Override
    public double mean() {
      return scale.mean();
    }

    @Override
    public double divisor() {
      return scale.divisor();
    }
  }

  /** Mean and divisor of a feature. */
  record Scale(double mean, double divisor) {
    /** Leaves a feature as it is. */
    public static final Scale NONE = new Scale(0, 1);

    private static final double EPSILON = 1e-9;
    private static final double CONSTANT_BELOW = 1e-6;

    /** Refuses numbers that no row could be standardised by. */
    public Scale {
      requireScale("scale", mean, divisor);
    }

    /**
     * From mean and standard deviation; {@code unit} is the size of a usual value. A spread below a
     * millionth of it counts as constant: dividing by it would turn rounding into signal.
     */
    static Scale of(double mean, double sd, double unit) {
      return new Scale(mean, sd < CONSTANT_BELOW * unit ? 1 : sd + EPSILON);
    }
  }

  private static void requireScale(String name, double mean, double divisor) {
    requireFinite(name, mean);
    if (!(divisor > 0) || Double.isInfinite(divisor)) {
      throw new IllegalArgumentException("Feature " + name + ": the divisor is positive");
    }
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("Feature " + name + ": every number is finite");
    }
  }

  /** The rule over raw values that stand in the order of {@code sources}. */
  default ToDoubleFunction<double[]> over(List<Column> sources) {
    int at = Column.indexOf(source(), sources);
    return switch (this) {
      case Numeric rule -> {
        double impute = rule.impute();
        yield raw -> (Double.isNaN(raw[at]) ? impute : raw[at]) - rule.mean();
      }
      case Indicator rule -> {
        Column column = sources.get(at);
        int level = column.levelPlace(rule.category());
        int impute = column.levelPlace(rule.impute());
        yield raw ->
            ((Double.isNaN(raw[at]) ? impute : (int) raw[at]) == level ? 1 : 0) - rule.mean();
      }
    };
  }
}
