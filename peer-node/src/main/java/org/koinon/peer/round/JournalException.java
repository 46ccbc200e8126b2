package org.koinon.peer.round;

/** A journal that cannot be used; the message says why and how to mend it. */
public final class JournalException extends RuntimeException {
  /** For a state of things. */
  public JournalException(String message) {
    super(message);
  }

  /** For a fault of the disk. */
  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
