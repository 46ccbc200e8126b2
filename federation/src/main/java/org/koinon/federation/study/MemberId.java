package org.koinon.federation.study;

import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** The name of a member: a legal organisation. */
public record MemberId(String value) implements Scalar, Comparable<MemberId> {
  /** Checks the form: 1 to 40 of a-z, 0-9 and dashes, beginning with a letter or a digit. */
  public MemberId {
    if (!Names.isValid(value)) {
      throw new FormatException("", Names.complaint("name of a member", value));
    }
  }

  @Override
  public String scalar() {
    return value;
  }

  @Override
  public int compareTo(MemberId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
