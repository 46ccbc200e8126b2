package org.koinon.system.fabric;

/** What the stand-in does once, when it is told to, and a real network does when it likes. */
enum Fault {
  /** The peer takes a question and never answers. */
  EVALUATE_SILENT,
  /** The gateway takes a proposal and never answers. */
  ENDORSE_SILENT,
  /** The gateway takes a transaction, keeps it from the orderers, and never answers. */
  SUBMIT_SILENT,
  /** The gateway cannot reach an endorser. */
  ENDORSE_UNAVAILABLE,
  /** The gateway knows no combination of peers that satisfies the policy yet. */
  ENDORSE_NOT_READY,
  /** Two endorsers computed different results. */
  ENDORSEMENT_MISMATCH,
  /** An endorser that lags behind refuses what follows from an entry it has not seen. */
  ENDORSER_LAGS,
  /** The gateway fails before the orderers have the transaction. */
  SUBMIT_LOST,
  /** The gateway fails after the orderers have the transaction. */
  SUBMIT_ORDERED_THEN_UNAVAILABLE,
  /** The peer does not say what became of the transaction. */
  STATUS_UNAVAILABLE,
  /** Another transaction changed what this one had read. */
  MVCC_CONFLICT,
  /** The endorsements do not satisfy the policy when the block is validated. */
  POLICY_FAILURE,
  /** The stream of blocks breaks before the next block. */
  STREAM_BREAKS,
  /** The next block is delivered twice. */
  BLOCK_TWICE,
  /** The next block is left out of the stream. */
  BLOCK_LEFT_OUT,
  /** The next block's data are not those of its header. */
  BLOCK_ALTERED
}
