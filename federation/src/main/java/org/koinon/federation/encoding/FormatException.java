package org.koinon.federation.encoding;

/**
 * Bytes or text from outside that are not what they claim to be; the message says what and where.
 */
public final class FormatException extends RuntimeException {
  private static final int MESSAGE_MAX = 400;

  /** A refusal of the input at {@code where}, a dotted path or an offset. */
  public FormatException(String where, String what) {
    super(shortened(where.isEmpty() ? what : where + ": " + what));
  }

  /** What came from outside may be long; a message is for people. */
  private static String shortened(String message) {
    return message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX) + "...";
  }
}
