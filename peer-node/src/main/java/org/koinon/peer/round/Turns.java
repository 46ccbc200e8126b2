package org.koinon.peer.round;

import java.util.List;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.study.MemberId;

/**
 * How long a member leaves it to others to post an entry that follows from those that stand.
 *
 * <p>Any member may post it, and one is enough: where all did, each would pay for its judgement,
 * and on Fabric all but one would be found invalid. So they take turns, in the order of the roster,
 * which begins with another member for each entry; who is away is passed over after its turn.
 */
final class Turns {
  /** Longer than an entry usually takes until it stands. */
  static final long MILLIS = 400;

  private Turns() {}

  /** Milliseconds from when the entry could be posted, by a member of the round. */
  static long millis(RoundOpened round, MemberId me, RoundEntry due) {
    List<MemberId> members = round.members();
    int first = Math.floorMod(31 * round.round() + due.type().hashCode(), members.size());
    return MILLIS * Math.floorMod(members.indexOf(me) - first, members.size());
  }
}
