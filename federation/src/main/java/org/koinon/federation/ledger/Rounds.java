package org.koinon.federation.ledger;

import java.util.Optional;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.StudyId;

/** The rounds of a study, read from the ledger's state. */
public final class Rounds {
  private Rounds() {}

  /**
   * The RoundOpened that anyone may post now: the study is approved, enough hospitals are enrolled,
   * the round before is over and the study has rounds left.
   */
  public static Optional<RoundOpened> next(LedgerState state, StudyId study) {
    return RoundRules.nextRound(state, study);
  }

  /** The newest round of a study, over or not. */
  public static Optional<RoundView> latest(LedgerState state, StudyId study) {
    int number = 0;
    while (state
        .get(RoundEntry.only(RoundOpened.class, new RoundId(study, number + 1)))
        .isPresent()) {
      number++;
    }
    return number == 0 ? Optional.empty() : RoundView.of(state, new RoundId(study, number));
  }
}
