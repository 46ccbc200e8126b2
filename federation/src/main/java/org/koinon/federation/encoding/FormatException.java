package org.koinon.federation.encoding;

/**
 * Bytes or text from outside that are not what they claim to be; the message says what and where.
 */
public final class FormatException extends RuntimeException {
  /** A refusal of the input at {@code where}, a dotted path or an offset. */
  public FormatException(String where, String what) {
    super(where.isEmpty() ? what : where + ": " + what);
  }
}
