package org.koinon.libp2p.core;

import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Decides who may connect, asked three times: before a dial, before an accepted socket is answered,
 * and when the peer has proven its key but before anything is multiplexed. Called from many
 * threads; must not block.
 */
public interface ConnectionGater {
  /** Whether we may dial this peer at this address. */
  boolean allowDial(PeerId peer, Multiaddr address);

  /** Whether a socket from this address may begin a handshake. */
  boolean allowAccept(InetAddress address);

  /** Whether a peer that has proven its key may stay. */
  boolean allowSecured(PeerId peer, Direction direction);

  /** Lets in every peer on a list that the caller keeps, from any address. */
  static ConnectionGater allowing(Predicate<PeerId> listed) {
    return new ConnectionGater() {
      @Override
      public boolean allowDial(PeerId peer, Multiaddr address) {
        return listed.test(peer);
      }

      @Override
      public boolean allowAccept(InetAddress address) {
        return true;
      }

      @Override
      public boolean allowSecured(PeerId peer, Direction direction) {
        return listed.test(peer);
      }
    };
  }
}
