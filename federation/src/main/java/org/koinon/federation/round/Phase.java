package org.koinon.federation.round;

import java.util.List;
import org.koinon.federation.study.Deadlines;
import org.koinon.federation.study.Policy;

/** The phases of a round, in order. Sealed, Opened and the ending are computed, not phases. */
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
  /** Every member of the roster says which result it computed. */
  ATTESTED;

  /** The phases that a round has under the policy. */
  public static List<Phase> of(Policy policy) {
    return policy.isMasked()
        ? List.of(values())
        : List.of(READY, COMMITTED, RECEIPTED, SHARD_RESULT, ATTESTED);
  }

  @Override
  public long millis(Deadlines deadlines) {
    return switch (this) {
      case READY -> deadlines.readyMillis();
      case KEYED, COMMITTED, RECEIPTED, SHARD_RESULT -> deadlines.exchangeMillis();
      case ATTESTED -> deadlines.attestedMillis();
    };
  }
}
