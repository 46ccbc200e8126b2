package org.koinon.peer.round;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.time.Timeline;

/**
 * When a member posts an entry that follows from those that stand, if nobody did before.
 *
 * <p>Any member may post it, and one is enough: where all did, each would pay for its judgement,
 * and on Fabric all but one would be found invalid. So they take turns, in the order of the roster,
 * which begins with another member for each entry; who is away is passed over after its turn.
 * Whatever else is written meanwhile, a turn comes no later for it. Not thread-safe.
 */
final class Turns {
  /** Longer than an entry usually takes until it stands. */
  private static final long MILLIS = 400;

  /** What is due, since when. */
  private record Due(EntryKey key, long since) {}

  private final MemberId me;
  private final Timeline timeline;
  private @Nullable Due last;

  Turns(MemberId me, Timeline timeline) {
    this.me = me;
    this.timeline = timeline;
  }

  /** The time of this member's turn, as long as it is the same entry that is due. */
  long turn(RoundOpened round, RoundEntry entry) {
    EntryKey key = entry.key(me);
    Due due = last;
    if (due == null || !due.key().equals(key)) {
      due = new Due(key, timeline.now());
      last = due;
    }
    List<MemberId> members = round.members();
    int first = Math.floorMod(round.round() + entry.type().hashCode(), members.size());
    return due.since() + MILLIS * Math.floorMod(members.indexOf(me) - first, members.size());
  }
}
