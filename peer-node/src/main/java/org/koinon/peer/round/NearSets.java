package org.koinon.peer.round;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.study.MemberId;

/** What members are told when a sum is over nearly the members of one that was opened before. */
final class NearSets {
  private NearSets() {}

  /** A sentence on the round's set, if it is near another; asks the ledger. */
  static Optional<String> sentence(RoundView view) {
    return view.nearSet()
        .filter(near -> view.sealed().isPresent() || isRefused(view))
        .map(
            earlier -> {
              Set<MemberId> gone = without(earlier, view.contributors());
              Set<MemberId> come = without(view.contributors(), earlier);
              return isRefused(view)
                  ? "the set is too near to one whose sum was opened: without "
                      + gone
                      + ", with "
                      + come
                      + " more; the study goes on once the same members are there again, or many"
                      + " more or fewer"
                  : "near difference: the set lacks "
                      + gone
                      + " and has "
                      + come
                      + " more than one whose sum was opened; the two results together show"
                      + " something of them";
            });
  }

  private static boolean isRefused(RoundView view) {
    return view.ending().orElse(null) instanceof Abandoned abandoned
        && (abandoned.reason() == AbandonReason.SET_TOO_NEAR
            || abandoned.reason() == AbandonReason.NEAR_DIFFERENCE);
  }

  private static Set<MemberId> without(Collection<MemberId> some, Collection<MemberId> others) {
    Set<MemberId> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }
}
