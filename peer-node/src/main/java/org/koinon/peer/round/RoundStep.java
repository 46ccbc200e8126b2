package org.koinon.peer.round;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.koinon.federation.study.Policy;

/**
 * The steps of a round at one hospital, in order: ten, and six or seven more under masked policies.
 */
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
  /** Agree on masks, under masked policies. */
  KEY,
  /** Hand pieces to the owners of shards, take theirs. */
  EXCHANGE,
  /** Wait until who is in is a fact. */
  SEAL,
  /** Sum, gather, decode. */
  AGGREGATE,
  /** Begin to take the masks off, under masked policies: erase what must never be released. */
  RELEASE,
  /** It is erased; stand by the opening. */
  STAND_BY,
  /** A quorum stands by it; release own masks. */
  UNMASK,
  /** Under group-opening: the groups are drawn; release the masks between them. */
  SEPARATE,
  /** All masks are known; take them off. */
  STRIP,
  /** Hold the sum against what all say of their contributions, under masked policies. */
  CHECK,
  /** Validate and vote. */
  ATTEST,
  /** Wait for the ending. */
  CLOSE;

  /** The steps that a round has under the policy. */
  public static List<RoundStep> of(Policy policy) {
    Set<RoundStep> lacking =
        switch (policy) {
          case OPEN -> EnumSet.of(KEY, RELEASE, STAND_BY, UNMASK, SEPARATE, STRIP, CHECK);
          case PRIVATE_SUM -> EnumSet.of(SEPARATE);
          case GROUP_OPENING -> EnumSet.noneOf(RoundStep.class);
        };
    return Stream.of(values()).filter(step -> !lacking.contains(step)).toList();
  }
}
