package org.koinon.federation.ledger;

import java.util.Optional;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.RoundEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
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

  /**
   * The base model that keeps a study from going on, if nothing else does: two sums were opened on
   * it, and a third would show single hospitals.
   */
  public static Optional<ModelId> spentBase(LedgerState state, StudyId study) {
    return RoundRules.spentBase(state, study);
  }

  /** The newest round of a study, over or not. */
  public static Optional<RoundView> latest(LedgerState state, StudyId study) {
    int number = count(state, study);
    return number == 0 ? Optional.empty() : RoundView.of(state, new RoundId(study, number));
  }

  /** How many rounds were opened. Their numbers have no gap, so O(log n) reads find the last. */
  static int count(LedgerState state, StudyId study) {
    int opened = 0;
    int unopened = 1;
    while (isOpened(state, study, unopened)) {
      opened = unopened;
      unopened *= 2;
    }
    while (unopened - opened > 1) {
      int middle = (opened + unopened) >>> 1;
      if (isOpened(state, study, middle)) {
        opened = middle;
      } else {
        unopened = middle;
      }
    }
    return opened;
  }

  private static boolean isOpened(LedgerState state, StudyId study, int number) {
    return number <= RoundId.NUMBER_MAX
        && state.get(RoundEntry.only(RoundOpened.class, new RoundId(study, number))).isPresent();
  }

  /**
   * Whether what a member contributed to a round is used up: it is in a set that was opened, or
   * under policy open sealed.
   */
  public static boolean isSpent(LedgerState state, RoundId round, MemberId member) {
    boolean isIn =
        state
            .body(Sealed.class, RoundEntry.only(Sealed.class, round))
            .filter(set -> set.contributors().contains(member))
            .isPresent();
    return isIn && (!isMasked(state, round) || isReleased(state, round));
  }

  private static boolean isReleased(LedgerState state, RoundId round) {
    return state.get(RoundEntry.only(Opened.class, round)).isPresent();
  }

  private static boolean isMasked(LedgerState state, RoundId round) {
    RoundOpened opened =
        state.body(RoundOpened.class, RoundEntry.only(RoundOpened.class, round)).orElseThrow();
    return state
        .body(Proposed.class, Proposed.key(opened.study(), opened.version()))
        .orElseThrow()
        .study()
        .privacy()
        .policy()
        .isMasked();
  }

  /** Whether the newest round of a study has ended and none can follow. */
  public static boolean isOver(LedgerState state, StudyId study) {
    return latest(state, study).filter(view -> view.ending().isPresent()).isPresent()
        && next(state, study).isEmpty();
  }
}
