package org.koinon.gossip;

/** A standing subscription; closing it twice is harmless. */
public interface GossipSubscription extends AutoCloseable {
  @Override
  void close();
}
