package org.koinon.peer.round;

/** The ten steps of a round at one hospital, in order. */
public enum RoundStep {
  /** Read what the round is. */
  READ,
  /** Select the rows that may be used. */
  SELECT,
  /** Train on them. */
  TRAIN,
  /** Turn the update into clipped integers. */
  PROTECT,
  /** Commit to the contribution. */
  CONTRIBUTE,
  /** Hand pieces to the owners of shards, take theirs. */
  EXCHANGE,
  /** Wait until who is in is a fact. */
  SEAL,
  /** Sum, gather, decode. */
  AGGREGATE,
  /** Validate and vote. */
  ATTEST,
  /** Wait for the ending. */
  CLOSE
}
