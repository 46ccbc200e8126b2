package org.koinon.cli;

/**
 * One thing that the doctor looked at.
 *
 * @param subject what
 * @param status how it is
 * @param finding in words
 * @param mend what to do about it; empty if nothing
 */
record Check(String subject, Status status, String finding, String mend) {
  /** How a thing is. */
  enum Status {
    /** As it should be. */
    OK,
    /** Works, and needs a look. */
    WARN,
    /** Does not work. */
    FAIL
  }

  static Check ok(String subject, String finding) {
    return new Check(subject, Status.OK, finding, "");
  }

  static Check warn(String subject, String finding, String mend) {
    return new Check(subject, Status.WARN, finding, mend);
  }

  static Check fail(String subject, String finding, String mend) {
    return new Check(subject, Status.FAIL, finding, mend);
  }

  /** A fault whose sentence says how to mend it. */
  static Check fail(String subject, RuntimeException fault) {
    return fail(subject, String.valueOf(fault.getMessage()), "");
  }
}
