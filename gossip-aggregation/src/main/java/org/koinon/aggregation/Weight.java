package org.koinon.aggregation;

import org.koinon.federation.study.WeightMode;

/**
 * How much one hospital counts: w = units / cap in (0, 1], the double nearest to that fraction.
 *
 * @param units rows, or what the study's weight mode makes of them
 * @param cap the most that any member may have; both at most 2^53, so that both are exact doubles
 */
public record Weight(long units, long cap) {
  private static final long EXACT_MAX = 1L << 53;

  /** Refuses a weight outside (0, 1]. */
  public Weight {
    if (cap > EXACT_MAX) {
      throw new EncodingException("the weight's cap " + cap + " exceeds 2^53");
    }
    if (units < 1 || units > cap) {
      throw new EncodingException(
          "a weight of " + units + " of " + cap + ": the study allows 1 to " + cap + " rows");
    }
  }

  /** The weight of a hospital with {@code rows} rows in a study of this mode and cap. */
  public static Weight of(WeightMode mode, long rows, long cap) {
    Weight exact = new Weight(rows, cap);
    return switch (mode) {
      case PUBLIC, MASKED -> exact;
      case BUCKET -> new Weight(Long.highestOneBit(rows), cap);
      case UNIFORM -> new Weight(1, 1);
    };
  }

  /** w. */
  public double value() {
    return (double) units / (double) cap;
  }

  /** Hidden: a hospital's size may be secret. */
  @Override
  public String toString() {
    return "[weight]";
  }
}
