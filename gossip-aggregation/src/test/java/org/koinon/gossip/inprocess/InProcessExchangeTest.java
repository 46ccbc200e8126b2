package org.koinon.gossip.inprocess;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.koinon.gossip.ExchangeException;
import org.koinon.gossip.PeerAddress;
import org.koinon.gossip.PieceRoot;
import org.koinon.gossip.ShardExchange;
import org.koinon.gossip.ShardExchangeContract;

final class InProcessExchangeTest extends ShardExchangeContract {
  private final InProcessNetwork network = new InProcessNetwork(LIMITS);
  private final InProcessPeer left = network.join(new PeerAddress("left"));
  private final InProcessPeer right = network.join(new PeerAddress("right"));

  @Override
  protected ShardExchange left() {
    return left.exchange();
  }

  @Override
  protected ShardExchange right() {
    return right.exchange();
  }

  @Override
  protected PeerAddress leftAddress() {
    return left.address();
  }

  @Override
  protected PeerAddress rightAddress() {
    return right.address();
  }

  @Override
  protected PeerAddress stranger() {
    return new PeerAddress("stranger");
  }

  @Override
  protected void breakNextTransferAfter(int bytes) {
    network.breakNextTransferAfter(bytes);
  }

  @Test
  void a_cut_peer_cannot_be_reached() {
    network.cut(right.address());
    PieceRoot root = PieceRoot.of(new byte[PieceRoot.BYTES]);
    assertThatThrownBy(() -> left.exchange().fetch(right.address(), root, 1))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("no connection from left to right");
  }
}
