package org.koinon.federation.study;

import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** The name of a consortium: members that share one ledger. */
public record ConsortiumId(String value) implements Scalar, Comparable<ConsortiumId> {
  /** Checks the form: 1 to 40 of a-z, 0-9 and dashes, beginning with a letter or a digit. */
  public ConsortiumId {
    if (!Names.isValid(value)) {
      throw new FormatException("", Names.complaint("name of a consortium", value));
    }
  }

  @Override
  public String scalar() {
    return value;
  }

  @Override
  public int compareTo(ConsortiumId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
