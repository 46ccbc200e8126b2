package org.koinon.network.fabric;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;

/**
 * How running nodes become one channel with one chaincode; nothing is done twice.
 *
 * @param layout of the network
 * @param administration of its running nodes
 */
record ChannelFounding(NetworkLayout layout, Administration administration) {
  /**
   * Joins an orderer to the channel.
   *
   * @param isNew whether it cannot have joined yet
   */
  void join(Orderer orderer, Path genesis, boolean isNew) {
    if (isNew || !administration.hasJoined(orderer)) {
      administration.join(orderer, genesis);
    }
  }

  /** Joins a peer to the channel, and installs the chaincode's name on it. */
  void join(Peer peer, Path genesis, boolean isNew) {
    if (isNew || !administration.hasJoined(peer)) {
      administration.join(peer, genesis);
    }
    if (isNew || !administration.hasInstalled(peer)) {
      administration.install(peer);
    }
  }

  /**
   * Returns when all hospitals have approved the chaincode and the channel says so.
   *
   * @param isNew whether the channel was just made, so that nobody can have agreed yet
   */
  void agreeOnChaincode(Orderer orderer, boolean isNew, Consumer<String> progress) {
    if (!isNew && administration.isCommitted(layout.peers().getFirst())) {
      AtOnce.each(layout.peers(), peer -> approveWhatStands(peer, orderer));
      return;
    }
    progress.accept("members approve the chaincode " + ChaincodePackage.LABEL);
    AtOnce.each(
        layout.peers(),
        peer -> {
          if (isNew || !administration.hasApproved(peer)) {
            // Orderers that have just been started under raft take seconds to elect a leader.
            Patience.insist(() -> administration.approve(peer, orderer));
          }
        });
    // A peer that has not yet seen another member's approval refuses; it has it in a moment.
    Patience.insist(() -> administration.commit(layout.peers(), orderer));
  }

  /** A member that joined later approves too: only then does its peer run the chaincode. */
  private void approveWhatStands(Peer peer, Orderer orderer) {
    if (!administration.hasApprovedWhatStands(peer)) {
      // A peer that just joined has not yet read the block that makes it a member.
      Patience.insist(() -> administration.approve(peer, orderer));
    }
  }

  /** Returns when every hospital's chaincode answers. */
  void awaitService(Consumer<String> progress) {
    AtOnce.each(layout.peers(), administration::askChaincode);
    progress.accept("the ledger serves on channel " + layout.definition().channel());
  }
}
