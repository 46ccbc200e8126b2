package org.koinon.federation.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Ending;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;

/**
 * Members who gave receipts in the attempts before this one for pieces that then could not be had
 * from them: f+1 others have it on record, and the attempt was given up over its sums. Alone, their
 * receipts no longer count until a round of the study is final.
 */
final class Defaulters {
  private final LedgerState state;
  private final RoundOpened opened;

  Defaulters(LedgerState state, RoundOpened opened) {
    this.state = state;
    this.opened = opened;
  }

  Set<MemberId> found() {
    Set<MemberId> found = new HashSet<>();
    Integer attempt = opened.retryOf();
    while (attempt != null) {
      RoundId round = new RoundId(opened.study(), attempt);
      RoundOpened before =
          state.body(RoundOpened.class, RoundEntry.only(RoundOpened.class, round)).orElseThrow();
      if (lacksSums(round)) {
        found.addAll(found(before));
      }
      attempt = before.retryOf();
    }
    return found;
  }

  /** Whether the attempt was given up before it was opened; if it was, every piece was had. */
  private boolean lacksSums(RoundId round) {
    return state
        .body(Ending.class, Ending.key(round))
        .filter(
            ending ->
                ending instanceof Abandoned abandoned && abandoned.phase() == Phase.SHARD_RESULT)
        .isPresent();
  }

  private Set<MemberId> found(RoundOpened before) {
    Map<MemberId, Integer> complaints = new HashMap<>();
    for (MemberId member : before.members()) {
      state
          .body(Missing.class, RoundEntry.own(Missing.class, before.id(), member))
          .ifPresent(missing -> complaints.merge(missing.holder(), 1, Integer::sum));
    }
    int faults = new Quorum(before.roster().size()).faults();
    complaints.values().removeIf(count -> count < faults + 1);
    return complaints.keySet();
  }
}
