package org.koinon.peer.dataset;

/** Whose mean and spread features are scaled by. */
public enum Standardisation {
  /** Nobody's: features stay as they are. */
  NONE,
  /** The hospital's own training cohort. */
  LOCAL,
  /** All hospitals', from a statistics round. */
  FEDERATED
}
