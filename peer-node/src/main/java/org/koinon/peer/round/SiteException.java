package org.koinon.peer.round;

import org.jspecify.annotations.Nullable;

/** A hospital that cannot contribute; the message says why and how to mend it. */
public final class SiteException extends RuntimeException {
  /** With its cause, if there is one. */
  public SiteException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
