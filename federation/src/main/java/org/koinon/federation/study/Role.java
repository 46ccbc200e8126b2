package org.koinon.federation.study;

/** What a member is in the consortium. */
public enum Role {
  /** Holds patients' data and trains. */
  HOSPITAL,
  /** Reads and verifies. */
  AUDITOR,
  /** Checks the lineage of released models. */
  REGULATOR,
  /** Signs checkpoints of the ledger. */
  WITNESS
}
