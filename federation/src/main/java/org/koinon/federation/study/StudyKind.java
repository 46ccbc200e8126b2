package org.koinon.federation.study;

/** What the vector of a contribution is. */
public enum StudyKind {
  /** The change that local training made to the model. */
  TRAINING,
  /** Counts, sums and sums of squares of columns scaled to their declared range. */
  STATISTICS
}
