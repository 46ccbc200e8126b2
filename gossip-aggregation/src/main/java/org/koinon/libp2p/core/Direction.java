package org.koinon.libp2p.core;

/** Which side dialled a connection. */
public enum Direction {
  /** The remote peer dialled us. */
  INBOUND,
  /** We dialled the remote peer. */
  OUTBOUND
}
