package org.koinon.federation.study;

import org.koinon.federation.encoding.FormatException;

/**
 * How long a phase may last before a member records that it is overdue; the second deadline is
 * twice the first. In milliseconds, counted by each node from when it saw the phase open.
 *
 * @param readyMillis training included
 * @param exchangeMillis each of Keyed, Committed, Receipted, ShardResult
 * @param attestedMillis validation included
 */
public record Deadlines(long readyMillis, long exchangeMillis, long attestedMillis) {
  private static final long MAX = 90L * 24 * 3600 * 1000;

  /** Checks the ranges. */
  public Deadlines {
    for (long millis : new long[] {readyMillis, exchangeMillis, attestedMillis}) {
      if (millis < 100 || millis > MAX) {
        throw new FormatException("", "a deadline is 100 ms to 90 days, not " + millis + " ms");
      }
    }
  }

  /** What has a deadline: a phase of a round. */
  public interface Timed {
    /** Its first deadline among these. */
    long millis(Deadlines deadlines);
  }

  /** The first deadline of a phase. */
  public long millis(Timed phase) {
    return phase.millis(this);
  }
}
