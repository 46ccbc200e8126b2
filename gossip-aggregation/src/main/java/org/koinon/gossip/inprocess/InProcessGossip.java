package org.koinon.gossip.inprocess;

import java.util.concurrent.ConcurrentHashMap;
import org.koinon.gossip.GossipHandler;
import org.koinon.gossip.GossipNetwork;
import org.koinon.gossip.GossipSubscription;
import org.koinon.gossip.GossipTopic;
import org.koinon.gossip.PeerAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gossip by direct call: every subscriber is a neighbour, so verdicts forward nothing. */
final class InProcessGossip implements GossipNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(InProcessGossip.class);

  private final InProcessNetwork network;
  private final PeerAddress self;
  private final ConcurrentHashMap<GossipTopic, GossipHandler> handlers = new ConcurrentHashMap<>();

  InProcessGossip(InProcessNetwork network, PeerAddress self) {
    this.network = network;
    this.self = self;
  }

  @Override
  public void publish(GossipTopic topic, byte[] message) {
    GossipNetwork.requireFits(message);
    for (InProcessPeer peer : network.gossipTargets(self)) {
      peer.hearer().hear(topic, self, message.clone());
    }
  }

  private void hear(GossipTopic topic, PeerAddress author, byte[] message) {
    GossipHandler handler = handlers.get(topic);
    if (handler == null) {
      return;
    }
    try {
      var verdict = handler.receive(author, message);
      LOG.trace("{} says {} to a message of {}", self, verdict, author);
    } catch (RuntimeException e) {
      LOG.error("the handler of {} failed on a message of {}", topic, author, e);
    }
  }

  @Override
  public GossipSubscription subscribe(GossipTopic topic, GossipHandler handler) {
    if (handlers.putIfAbsent(topic, handler) != null) {
      throw new IllegalStateException("topic " + topic + " is subscribed already");
    }
    return () -> handlers.remove(topic, handler);
  }

  @Override
  public void close() {
    handlers.clear();
  }
}
