package org.koinon.gossip.libp2p;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.koinon.gossip.GossipNetwork;
import org.koinon.gossip.GossipNetworkContract;
import org.koinon.gossip.GossipTopic;
import org.koinon.gossip.PeerAddress;
import org.koinon.libp2p.core.ConnectionGater;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.net.HostConfig;
import org.koinon.libp2p.net.TcpHost;
import org.koinon.libp2p.pubsub.Eventually;
import org.koinon.libp2p.pubsub.Gossipsub;
import org.koinon.libp2p.pubsub.GossipsubConfig;
import org.koinon.libp2p.pubsub.SystemPubsubTimer;
import org.koinon.libp2p.pubsub.Topic;
import org.koinon.libp2p.pubsub.TopicFilter;

final class Libp2pGossipNetworkTest extends GossipNetworkContract {
  private static final class Node implements AutoCloseable {
    final TcpHost host;
    final Gossipsub gossipsub;
    final GossipNetwork network;

    Node(SystemPubsubTimer timer) throws IOException {
      IdentityKey key = IdentityKey.generate();
      host =
          TcpHost.start(
              HostConfig.of(key, ConnectionGater.allowing(_ -> true))
                  .listeningOn(Multiaddr.parse("/ip4/127.0.0.1/tcp/0")));
      Set<Topic> topics = new HashSet<>();
      TOPICS.forEach(topic -> topics.add(new Topic(topic.name())));
      gossipsub =
          Gossipsub.start(host, key, GossipsubConfig.defaults(), TopicFilter.of(topics), timer);
      network = new Libp2pGossipNetwork(gossipsub);
    }

    @Override
    public void close() {
      network.close();
      host.close();
    }
  }

  private final SystemPubsubTimer timer = new SystemPubsubTimer();
  private final Node left = new Node(timer);
  private final Node right = new Node(timer);

  Libp2pGossipNetworkTest() throws IOException {
    left.host.connect(right.host.listenAddresses().getFirst());
  }

  @AfterEach
  void close() {
    left.close();
    right.close();
    timer.close();
  }

  @Override
  protected GossipNetwork left() {
    return left.network;
  }

  @Override
  protected GossipNetwork right() {
    return right.network;
  }

  @Override
  protected PeerAddress leftAddress() {
    return new PeerAddress(left.host.peerId().toString());
  }

  @Override
  protected void awaitRightHears(GossipTopic topic) {
    Topic wire = new Topic(topic.name());
    Eventually.holds(
        "left knows that right subscribes",
        () -> left.gossipsub.peers(wire).contains(right.host.peerId()));
  }
}
