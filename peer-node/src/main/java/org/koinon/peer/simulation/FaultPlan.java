package org.koinon.peer.simulation;

import java.util.Optional;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.round.RoundStep;

/** What happens to a simulated peer: asked as each step of each round begins at each peer. */
@FunctionalInterface
public interface FaultPlan {
  /** Nothing happens to anybody. */
  FaultPlan NONE = (member, round, step) -> Optional.empty();

  /** Something that happens to a peer. */
  sealed interface Fault {}

  /**
   * The end of a process.
   *
   * @param restartMillis how long it stays away; negative means for ever
   */
  record Kill(long restartMillis) implements Fault {}

  /**
   * The peer goes on, and nothing of it reaches another, nor of another it. The ledger is still
   * there.
   *
   * @param millis how long
   */
  record Cut(long millis) implements Fault {}

  /** What happens to the peer now, if anything. */
  Optional<? extends Fault> at(MemberId member, RoundId round, RoundStep step);
}
