package org.koinon.gossip.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koinon.gossip.ExchangeLimits;
import org.koinon.gossip.GossipNetwork;
import org.koinon.gossip.GossipNetworkContract;
import org.koinon.gossip.GossipTopic;
import org.koinon.gossip.GossipVerdict;
import org.koinon.gossip.PeerAddress;

final class InProcessGossipTest extends GossipNetworkContract {
  private final InProcessNetwork network = new InProcessNetwork(ExchangeLimits.defaults());
  private final InProcessPeer left = network.join(new PeerAddress("left"));
  private final InProcessPeer right = network.join(new PeerAddress("right"));

  @Override
  protected GossipNetwork left() {
    return left.gossip();
  }

  @Override
  protected GossipNetwork right() {
    return right.gossip();
  }

  @Override
  protected PeerAddress leftAddress() {
    return left.address();
  }

  @Override
  protected void awaitRightHears(GossipTopic topic) {
    // A subscription stands as soon as the call returns.
  }

  private List<Byte> heardAtRight() {
    List<Byte> heard = new ArrayList<>();
    right
        .gossip()
        .subscribe(
            TOPIC,
            (_, message) -> {
              heard.add(message[0]);
              return GossipVerdict.ACCEPT;
            });
    return heard;
  }

  @Test
  void a_cut_peer_hears_nothing_until_it_is_restored() {
    List<Byte> heard = heardAtRight();
    network.cut(right.address());
    left.gossip().publish(TOPIC, new byte[] {1});
    network.restore(right.address());
    left.gossip().publish(TOPIC, new byte[] {2});
    assertThat(heard).containsExactly((byte) 2);
  }

  @Test
  void one_seed_loses_the_same_messages_again() {
    List<Byte> heard = heardAtRight();
    List<List<Byte>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      network.loseGossip(0.5, 42);
      for (byte i = 0; i < 100; i++) {
        left.gossip().publish(TOPIC, new byte[] {i});
      }
      runs.add(List.copyOf(heard));
      heard.clear();
    }
    assertThat(runs.get(0)).hasSizeBetween(25, 75).isEqualTo(runs.get(1));
  }

  @Test
  void gossip_that_is_lost_altogether_is_no_error() {
    List<Byte> heard = heardAtRight();
    network.loseGossip(1, 1);
    left.gossip().publish(TOPIC, new byte[] {1});
    assertThat(heard).isEmpty();
  }

  @Test
  void a_peer_that_left_may_come_back_under_its_name() {
    right.close();
    InProcessPeer again = network.join(right.address());
    List<Byte> heard = new ArrayList<>();
    again
        .gossip()
        .subscribe(
            TOPIC,
            (_, message) -> {
              heard.add(message[0]);
              return GossipVerdict.ACCEPT;
            });
    left.gossip().publish(TOPIC, new byte[] {3});
    assertThat(heard).containsExactly((byte) 3);
  }
}
