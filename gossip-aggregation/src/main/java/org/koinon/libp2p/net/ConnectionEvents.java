package org.koinon.libp2p.net;

import java.io.IOException;

/** What a connection tells its host. Must not block. */
interface ConnectionEvents {
  /** The purpose of an inbound connection is known now. */
  void decided(PeerConnection connection);

  /** The connection is gone. */
  void closed(PeerConnection connection, IOException cause);
}
