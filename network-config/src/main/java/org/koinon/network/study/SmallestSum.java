package org.koinon.network.study;

import java.util.Optional;
import org.koinon.federation.round.Quorum;

/**
 * The smallest masked sum that a study may open, and what so small a sum means.
 *
 * @param hospitals how many take part
 * @param minimum fewest contributors that the study allows
 */
public record SmallestSum(int hospitals, int minimum) {
  /** From this many hospitals on, a sum is over more than a handful. */
  private static final int HOSPITALS_AMPLE = 5;

  /** Fewest hospitals of a sum: the least t of the fewest who must be ready, or the minimum. */
  public int contributors() {
    Quorum quorum = new Quorum(hospitals);
    int ready = Math.max(quorum.votes(), minimum);
    int threshold = Math.max(2 * ready / 3 + 1, (ready + quorum.faults()) / 2 + 1);
    return Math.max(threshold, minimum);
  }

  /** Who can read whose update, as half a sentence. */
  String readers() {
    return "any " + (contributors() - 1) + " who pool what they know read the last one's update";
  }

  /** What to know where hospitals are few, in one line. */
  public Optional<String> warning() {
    boolean needsAll = contributors() >= hospitals;
    return hospitals >= HOSPITALS_AMPLE
        ? Optional.empty()
        : Optional.of(
            "with fewer than five hospitals "
                + (needsAll ? "any member can stop a round, and " : "")
                + readers()
                + (needsAll ? "." : "; two sums that differ by one hospital show it nearly."));
  }
}
