package org.koinon.libp2p.pubsub;

import java.util.Set;

/**
 * Which topics exist for this node. Subscriptions, GRAFT and messages of any other topic are not
 * even remembered. Must be fast and free of side effects; called on the router's thread.
 */
@FunctionalInterface
public interface TopicFilter {
  boolean allows(Topic topic);

  /** A fixed list. */
  static TopicFilter of(Set<Topic> topics) {
    return Set.copyOf(topics)::contains;
  }
}
