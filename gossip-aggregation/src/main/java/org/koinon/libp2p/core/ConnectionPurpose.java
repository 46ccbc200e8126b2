package org.koinon.libp2p.core;

/** What a connection is for; it never changes once {@link Connection#purpose()} has told it. */
public enum ConnectionPurpose {
  /** Identify, gossip and everything small; at most one of these survives per peer. */
  CONTROL,
  /** Dedicated to large transfers: never pruned as a duplicate, never used for gossip. */
  BULK
}
