package org.koinon.libp2p.wire;

import java.io.IOException;

/** A peer sent bytes that break a format or a limit; the message says which. */
public class WireException extends IOException {
  private static final long serialVersionUID = 1L;

  public WireException(String message) {
    super(message);
  }

  public WireException(String message, Throwable cause) {
    super(message, cause);
  }
}
