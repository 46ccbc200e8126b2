package org.koinon.libp2p.core;

import java.io.IOException;
import java.util.List;

/** The peer answered that it speaks none of the proposed protocols. */
public final class ProtocolNotSupportedException extends IOException {
  private static final long serialVersionUID = 1L;

  public ProtocolNotSupportedException(List<String> proposed) {
    super("the peer speaks none of " + proposed);
  }
}
