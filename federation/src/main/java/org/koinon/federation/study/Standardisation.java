package org.koinon.federation.study;

/** How numeric columns are brought to one scale. */
public enum Standardisation {
  /** Not at all. */
  NONE,
  /** By mean and standard deviation of the hospital's own training rows. */
  LOCAL,
  /** By the mean and standard deviation over all hospitals, from a statistics study. */
  FEDERATED
}
