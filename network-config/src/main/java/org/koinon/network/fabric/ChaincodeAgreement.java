package org.koinon.network.fabric;

import java.util.function.Consumer;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;

/**
 * How members come to run one chaincode: every hospital approves it, and then it counts.
 *
 * @param layout of the network
 * @param administration of its running nodes
 * @param isNew whether the channel was just made: nothing can be agreed on yet
 */
record ChaincodeAgreement(NetworkLayout layout, Administration administration, boolean isNew) {
  private static final int TRIES_MAX = 20;

  /** Returns when all hospitals have approved and the channel says so. */
  void reach(Orderer orderer, Consumer<String> progress) {
    if (!isNew && administration.isCommitted(layout.peers().getFirst())) {
      AtOnce.each(layout.peers(), peer -> approveWhatStands(peer, orderer));
      return;
    }
    progress.accept("members approve the chaincode " + ChaincodePackage.LABEL);
    AtOnce.each(
        layout.peers(),
        peer -> {
          if (isNew || !administration.hasApproved(peer)) {
            administration.approve(peer, orderer);
          }
        });
    commit(orderer);
  }

  /** A member that joined later approves too: only then does its peer run the chaincode. */
  private void approveWhatStands(Peer peer, Orderer orderer) {
    for (int tries = 1; !administration.hasApprovedWhatStands(peer); tries++) {
      try {
        administration.approve(peer, orderer);
      } catch (FabricException e) {
        // A peer that just joined has not yet read the block that makes it a member.
        if (tries == TRIES_MAX) {
          throw e;
        }
      }
    }
  }

  private void commit(Orderer orderer) {
    for (int tries = 1; ; tries++) {
      try {
        administration.commit(layout.peers(), orderer);
        return;
      } catch (FabricException e) {
        // A peer that has not yet seen another member's approval refuses; it has it in a moment.
        if (tries == TRIES_MAX) {
          throw e;
        }
      }
    }
  }
}
