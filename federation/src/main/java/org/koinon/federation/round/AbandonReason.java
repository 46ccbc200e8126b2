package org.koinon.federation.round;

/** Why a round was given up; each follows from earlier entries. */
public enum AbandonReason {
  /** Fewer members were ready than max(n_min, q) (R3). */
  TOO_FEW_READY,
  /** Fewer contributions were received whole than n_min (R5). */
  TOO_FEW_CONTRIBUTIONS,
  /** Owners of one shard computed different sums (R6). */
  SHARD_DISPUTED,
  /** No result can reach q equal attestations any more (R7). */
  NO_AGREEMENT,
  /** A majority recorded their second deadline of the phase (R8). */
  DEADLINE
}
