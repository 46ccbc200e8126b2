package org.koinon.libp2p.mux;

import java.io.IOException;

/** Hears about streams that the peer opens, and about the end. Must not block. */
public interface MuxListener {
  /** The peer opened a stream; called by the reading thread, in the peer's order. */
  void opened(YamuxStream stream);

  /** The connection is closed and every stream on it is dead; called once. */
  void closed(IOException cause);
}
