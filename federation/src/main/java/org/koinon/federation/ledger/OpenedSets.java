package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;

/**
 * The sets whose sums were opened before: two sums over sets that differ by few members differ by
 * those members' updates.
 *
 * <p>On one base, where updates repeat, a second set is the first or differs by c+2 members, and
 * there is no third; where groups are opened, it is the first. Across bases updates are merely
 * alike: a difference of 1 to c+1 is a near difference, to be shown, and refused by strict studies.
 */
final class OpenedSets {
  /** More sets of one base are never opened. */
  private static final int PER_BASE_MAX = 2;

  private final LedgerState state;

  OpenedSets(LedgerState state) {
    this.state = state;
  }

  /**
   * The sets opened on the base in rounds up to one of them, the latest first. A base may come back
   * after others, when a new version of the study begins with it again: every round is asked.
   */
  List<Set<MemberId>> onBase(RoundId last, ModelId base) {
    List<Set<MemberId>> sets = new ArrayList<>();
    for (int number = last.number(); number >= 1; number--) {
      RoundId round = new RoundId(last.study(), number);
      if (isOn(round, base)) {
        opened(round).ifPresent(sets::add);
      }
    }
    return sets;
  }

  /** The groups that an earlier round on the same base drew, if one did. */
  Optional<Partition> partition(RoundOpened opened) {
    for (int number = opened.round() - 1; number >= 1; number--) {
      RoundId round = new RoundId(opened.study(), number);
      if (isOn(round, opened.baseModel())
          && state.get(RoundEntry.only(Partitioned.class, round)).isPresent()) {
        return RoundView.lazy(state, round, new Speaking.Nobody())
            .flatMap(RoundView::separation)
            .flatMap(Separation::drawn);
      }
    }
    return Optional.empty();
  }

  /** Whether no further round may begin at the base. */
  boolean isSpent(RoundId last, ModelId base) {
    return onBase(last, base).size() >= PER_BASE_MAX;
  }

  private boolean isOn(RoundId round, ModelId base) {
    return state
        .body(RoundOpened.class, RoundEntry.only(RoundOpened.class, round))
        .orElseThrow()
        .baseModel()
        .equals(base);
  }

  /** The last set that was opened before a round. */
  Optional<Set<MemberId>> before(RoundId round) {
    for (int number = round.number() - 1; number >= 1; number--) {
      Optional<Set<MemberId>> set = opened(new RoundId(round.study(), number));
      if (set.isPresent()) {
        return set;
      }
    }
    return Optional.empty();
  }

  private Optional<Set<MemberId>> opened(RoundId round) {
    if (state.get(RoundEntry.only(Opened.class, round)).isEmpty()) {
      return Optional.empty();
    }
    return state
        .body(Sealed.class, RoundEntry.only(Sealed.class, round))
        .map(set -> Set.copyOf(set.contributors()));
  }

  /** Why the set must not be sealed in the round, if it must not. */
  Optional<AbandonReason> fault(
      Study study, RoundOpened opened, List<MemberId> contributors, int colluders) {
    Set<MemberId> set = Set.copyOf(contributors);
    boolean isGrouped =
        study.privacy().policy() == Policy.GROUP_OPENING || partition(opened).isPresent();
    for (Set<MemberId> earlier : onBase(opened.id(), opened.baseModel())) {
      int difference = difference(set, earlier);
      if (difference > 0 && (isGrouped || difference < colluders + 2)) {
        return Optional.of(AbandonReason.SET_TOO_NEAR);
      }
    }
    if (study.privacy().strict() && nearDifference(opened.id(), set, colluders).isPresent()) {
      return Optional.of(AbandonReason.NEAR_DIFFERENCE);
    }
    return Optional.empty();
  }

  /** An opened set on the same base, else the last one, from which the set differs by 1 to c+1. */
  Optional<Set<MemberId>> near(RoundOpened opened, Set<MemberId> set, int colluders) {
    if (opened.round() == 1) {
      return Optional.empty();
    }
    List<Set<MemberId>> earlier =
        new ArrayList<>(
            onBase(new RoundId(opened.study(), opened.round() - 1), opened.baseModel()));
    before(opened.id()).ifPresent(earlier::add);
    return earlier.stream()
        .filter(other -> difference(set, other) > 0 && difference(set, other) < colluders + 2)
        .findFirst();
  }

  /** By how many members the set differs from the last opened one, if by 1 to c+1. */
  Optional<Integer> nearDifference(RoundId round, Set<MemberId> set, int colluders) {
    return before(round)
        .map(earlier -> difference(set, earlier))
        .filter(difference -> difference > 0 && difference < colluders + 2);
  }

  private static int difference(Set<MemberId> one, Set<MemberId> other) {
    Set<MemberId> either = new HashSet<>(one);
    either.addAll(other);
    Set<MemberId> both = new HashSet<>(one);
    both.retainAll(other);
    return either.size() - both.size();
  }
}
