package org.koinon.federation.ledger;

import org.jspecify.annotations.Nullable;

/** A ledger that cannot do what it was asked; says what would help. */
public class LedgerException extends RuntimeException {
  /** What to do about it. */
  public enum Advice {
    /** The same call again, a little later. */
    RETRY,
    /** A new process on the same data. */
    RESTART,
    /** Nothing without a person. */
    STOP
  }

  private final Advice advice;

  /** With its cause, if there is one. */
  public LedgerException(Advice advice, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.advice = advice;
  }

  /** What would help. */
  public Advice advice() {
    return advice;
  }
}
