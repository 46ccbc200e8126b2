package org.koinon.network.study;

import org.koinon.federation.encoding.RecordCodec;

/** How well a model does on a site's validation rows. */
public enum Metric {
  /** Share of rows on the right side of one half. */
  ACCURACY,
  /** Area under the ROC curve, patients compared within a site only. */
  AUC,
  /** Mean negative logarithm of the probability that was given to the true label. */
  LOG_LOSS,
  /** Mean squared difference of probability and label. */
  BRIER;

  /** Its name on the ledger, such as {@code log-loss}. */
  public String id() {
    return RecordCodec.name(this);
  }

  /** Whether more of it is better. */
  public boolean isHigherBetter() {
    return this == ACCURACY || this == AUC;
  }
}
