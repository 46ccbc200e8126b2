package org.koinon.gossip.libp2p;

import org.koinon.gossip.GossipHandler;
import org.koinon.gossip.GossipNetwork;
import org.koinon.gossip.GossipSubscription;
import org.koinon.gossip.GossipTopic;
import org.koinon.gossip.GossipVerdict;
import org.koinon.gossip.PeerAddress;
import org.koinon.libp2p.pubsub.Gossipsub;
import org.koinon.libp2p.pubsub.Message;
import org.koinon.libp2p.pubsub.Subscription;
import org.koinon.libp2p.pubsub.Topic;
import org.koinon.libp2p.pubsub.Verdict;

/** Gossip by gossipsub; closing it closes the gossipsub. */
public final class Libp2pGossipNetwork implements GossipNetwork {
  private final Gossipsub gossipsub;

  public Libp2pGossipNetwork(Gossipsub gossipsub) {
    this.gossipsub = gossipsub;
  }

  @Override
  public void publish(GossipTopic topic, byte[] message) {
    GossipNetwork.requireFits(message);
    gossipsub.publish(new Topic(topic.name()), message);
  }

  @Override
  public GossipSubscription subscribe(GossipTopic topic, GossipHandler handler) {
    Subscription subscription =
        gossipsub.subscribe(new Topic(topic.name()), message -> judge(handler, message), _ -> {});
    return subscription::close;
  }

  private static Verdict judge(GossipHandler handler, Message message) {
    if (message.sizeBytes() > MAX_MESSAGE_BYTES) {
      return Verdict.REJECT;
    }
    PeerAddress author = new PeerAddress(message.from().toString());
    GossipVerdict verdict = handler.receive(author, message.data());
    return switch (verdict) {
      case ACCEPT -> Verdict.ACCEPT;
      case REJECT -> Verdict.REJECT;
      case IGNORE -> Verdict.IGNORE;
    };
  }

  @Override
  public void close() {
    gossipsub.close();
  }
}
