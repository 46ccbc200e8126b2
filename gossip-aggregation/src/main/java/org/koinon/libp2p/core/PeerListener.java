package org.koinon.libp2p.core;

import java.util.Set;

/**
 * Hears about peers. Calls come one after another from one thread of the host, in the order in
 * which things happened, so a listener hands long work to a thread of its own. Bulk connections are
 * not reported.
 */
public interface PeerListener {
  /** The first control connection to the peer stands. */
  default void connected(PeerId peer) {}

  /** The peer said, or said anew, which protocols it speaks. */
  default void identified(PeerId peer, Set<ProtocolId> protocols) {}

  /** The last control connection to the peer is gone. */
  default void disconnected(PeerId peer) {}
}
