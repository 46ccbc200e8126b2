package org.koinon.federation.study;

import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** The name of a study: one question, one model, one policy, many rounds. */
public record StudyId(String value) implements Scalar, Comparable<StudyId> {
  /** Checks the form: 1 to 40 of a-z, 0-9 and dashes, beginning with a letter or a digit. */
  public StudyId {
    if (!Names.isValid(value)) {
      throw new FormatException("", Names.complaint("name of a study", value));
    }
  }

  @Override
  public String scalar() {
    return value;
  }

  @Override
  public int compareTo(StudyId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
