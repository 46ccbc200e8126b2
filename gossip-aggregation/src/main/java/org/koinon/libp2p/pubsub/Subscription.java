package org.koinon.libp2p.pubsub;

/** Our interest in one topic; closing it leaves the mesh. */
public interface Subscription extends AutoCloseable {
  Topic topic();

  @Override
  void close();
}
