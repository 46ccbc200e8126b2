package org.koinon.federation.round;

import java.util.List;
import org.koinon.federation.study.Deadlines;
import org.koinon.federation.study.Policy;

/** The phases of a round, in order. Sealed, Opened, Partitioned and the ending are no phases. */
public enum Phase implements Deadlines.Timed {
  /** Members say that their update is ready. */
  READY,
  /** Members say whose packs they could verify (masked policies only). */
  KEYED,
  /** Members commit to their contribution before anyone sees a part of it. */
  COMMITTED,
  /** Owners say whose pieces they hold. */
  RECEIPTED,
  /** Owners say what their shard sums to. */
  SHARD_RESULT,
  /** Members of the sum release their masks towards other groups (policy group-opening only). */
  SEPARATED,
  /** Every member of the roster says which result it computed. */
  ATTESTED;

  /** The phases that a round has under the policy. */
  public static List<Phase> of(Policy policy) {
    return switch (policy) {
      case OPEN -> List.of(READY, COMMITTED, RECEIPTED, SHARD_RESULT, ATTESTED);
      case PRIVATE_SUM -> List.of(READY, KEYED, COMMITTED, RECEIPTED, SHARD_RESULT, ATTESTED);
      case GROUP_OPENING -> List.of(values());
    };
  }

  /** The phase before this one, which is not the first, under the policy. */
  public Phase before(Policy policy) {
    List<Phase> phases = of(policy);
    return phases.get(phases.indexOf(this) - 1);
  }

  @Override
  public long millis(Deadlines deadlines) {
    return switch (this) {
      case READY -> deadlines.readyMillis();
      case KEYED, COMMITTED, RECEIPTED, SHARD_RESULT -> deadlines.exchangeMillis();
      case SEPARATED, ATTESTED -> deadlines.attestedMillis();
    };
  }
}
