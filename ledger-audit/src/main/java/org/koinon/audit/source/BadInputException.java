package org.koinon.audit.source;

import org.jspecify.annotations.Nullable;

/** Input that an audit cannot begin with; the message says what, where and how to mend it. */
public final class BadInputException extends RuntimeException {
  /** With its cause, if there is one. */
  public BadInputException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
