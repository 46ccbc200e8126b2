package org.koinon.gossip;

/**
 * Hears the messages of a topic, one at a time, and judges each. The author is proven by its
 * signature. May block; a handler that throws counts as {@link GossipVerdict#IGNORE}.
 */
@FunctionalInterface
public interface GossipHandler {
  GossipVerdict receive(PeerAddress author, byte[] message);
}
