package org.koinon.peer.simulation;

import java.util.Optional;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.RoundStep;

/** When a simulated peer is killed: asked as each step of each round begins at each peer. */
@FunctionalInterface
public interface FaultPlan {
  /** Nobody is killed. */
  FaultPlan NONE = (member, round, step) -> Optional.empty();

  /**
   * The end of a process.
   *
   * @param restartMillis how long it stays away; negative means for ever
   */
  record Kill(long restartMillis) {}

  /** Whether the peer dies now. */
  Optional<Kill> at(MemberId member, RoundId round, RoundStep step);
}
