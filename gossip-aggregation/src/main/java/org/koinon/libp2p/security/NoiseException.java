package org.koinon.libp2p.security;

import java.io.IOException;

/** The handshake failed or a record was not authentic; the connection is of no use any more. */
public final class NoiseException extends IOException {
  private static final long serialVersionUID = 1L;

  NoiseException(String message) {
    super(message);
  }

  NoiseException(String message, Throwable cause) {
    super(message, cause);
  }
}
