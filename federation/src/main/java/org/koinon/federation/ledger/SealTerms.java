package org.koinon.federation.ledger;

import java.util.List;
import java.util.Optional;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/**
 * Which sets of contributors a round may seal.
 *
 * @param study the round's
 * @param quorum of its roster
 * @param ready how many members are ready
 */
record SealTerms(Study study, Quorum quorum, int ready) {
  /** t: how many shares rebuild a secret. */
  int threshold() {
    return quorum.threshold(ready);
  }

  /** c: how many members may pool what they know. */
  int colluders() {
    return study.privacy().colluders(quorum.faults());
  }

  /** Below it a set is not sealed: a masked group has c+2 members at least, or opens somebody. */
  int minimum() {
    int minimum = study.privacy().minimum();
    int hidden = study.groups() * (colluders() + 2);
    return isMasked() ? Math.max(minimum, Math.max(threshold(), hidden)) : minimum;
  }

  /** Why a set may not be sealed, if it may not. */
  Optional<AbandonReason> fault(LedgerState state, RoundOpened opened, List<MemberId> set) {
    if (set.size() < minimum()) {
      return Optional.of(AbandonReason.TOO_FEW_CONTRIBUTIONS);
    }
    return isMasked()
        ? new OpenedSets(state).fault(study, opened, set, colluders())
        : Optional.empty();
  }

  private boolean isMasked() {
    return study.privacy().policy().isMasked();
  }
}
