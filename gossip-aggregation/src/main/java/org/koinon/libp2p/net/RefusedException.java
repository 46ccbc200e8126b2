package org.koinon.libp2p.net;

import java.io.IOException;

/** A connection was refused by the gater or by a limit, not broken by the network. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
