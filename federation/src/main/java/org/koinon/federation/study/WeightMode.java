package org.koinon.federation.study;

/** How much a hospital's update counts, and who learns its size. */
public enum WeightMode {
  /** n / cap, readable by whoever reads the weights' block. */
  PUBLIC,
  /** n / cap, only in the sum: secret until the set changes by one member. */
  MASKED,
  /** n rounded down to a power of two, / cap. */
  BUCKET,
  /** 1 for everybody. */
  UNIFORM
}
