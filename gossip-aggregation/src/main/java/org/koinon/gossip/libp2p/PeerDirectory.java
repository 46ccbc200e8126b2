package org.koinon.gossip.libp2p;

import java.util.Optional;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;

/** Where the peers of the roster listen. */
@FunctionalInterface
public interface PeerDirectory {
  /** An address to dial, with or without the peer id at its end. */
  Optional<Multiaddr> addressOf(PeerId peer);
}
