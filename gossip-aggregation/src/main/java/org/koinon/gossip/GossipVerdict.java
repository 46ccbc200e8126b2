package org.koinon.gossip;

/** What a handler says of a gossip message. */
public enum GossipVerdict {
  /** Pass it on. */
  ACCEPT,
  /** Do not pass it on; whoever sent it is to blame. */
  REJECT,
  /** Do not pass it on; nobody is to blame. */
  IGNORE
}
