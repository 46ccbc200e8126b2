package org.koinon.federation.round;

import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.StudyId;

/**
 * One round of one study.
 *
 * @param study the study
 * @param number 1, 2, 3...; a retry is a new number
 */
public record RoundId(StudyId study, int number) {
  /** Largest round number. */
  public static final int NUMBER_MAX = 1_000_000;

  /** Checks the number. */
  public RoundId {
    if (number < 1 || number > NUMBER_MAX) {
      throw new FormatException("", "a round's number is 1 to " + NUMBER_MAX + ", not " + number);
    }
  }

  @Override
  public String toString() {
    return study + "/" + number;
  }
}
