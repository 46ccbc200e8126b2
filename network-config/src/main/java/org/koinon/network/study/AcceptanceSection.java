package org.koinon.network.study;

import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.AcceptanceRule;

/**
 * The section {@code acceptance} of a study file: when a site accepts a result beyond its form.
 *
 * @param metric on the site's validation rows; none by default
 * @param minimum the least value that is accepted
 */
public record AcceptanceSection(@Nullable Metric metric, @Nullable Decimal minimum) {
  /** Checks that both or none are given. */
  public AcceptanceSection {
    if ((metric == null) != (minimum == null)) {
      throw new FormatException("", "metric and minimum stand together or not at all");
    }
    if (metric != null && !metric.isHigherBetter()) {
      throw new FormatException(
          "", "a minimum of " + metric.id() + " accepts bad models: use accuracy or auc");
    }
  }

  /** The terms on the ledger. */
  AcceptanceRule terms() {
    return metric == null ? AcceptanceRule.wellFormed() : new AcceptanceRule(metric.id(), minimum);
  }
}
