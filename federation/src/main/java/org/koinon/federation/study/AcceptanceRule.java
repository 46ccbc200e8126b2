package org.koinon.federation.study;

import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;

/**
 * When a site accepts a result. Shapes, finite values and the root are always checked; a metric is
 * opt-in.
 *
 * @param metric name of a metric on the site's validation rows; none by default
 * @param minimum the least value that is accepted
 */
public record AcceptanceRule(@Nullable String metric, @Nullable Decimal minimum) {
  /** A metric comes with its least value. */
  public AcceptanceRule {
    if ((metric == null) != (minimum == null)) {
      throw new FormatException("", "acceptance: name both metric and minimum, or neither");
    }
  }

  /** Accepts whatever is well formed. */
  public static AcceptanceRule wellFormed() {
    return new AcceptanceRule(null, null);
  }
}
