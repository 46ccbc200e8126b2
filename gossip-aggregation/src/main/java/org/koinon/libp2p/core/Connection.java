package org.koinon.libp2p.core;

import java.io.IOException;

/**
 * A secured, multiplexed connection to one proven peer. All methods may be called from any thread.
 */
public interface Connection extends AutoCloseable {
  /** The peer that proved its key in the handshake. */
  PeerId remotePeer();

  /** The other end of the socket; it says nothing about where the peer listens. */
  Multiaddr remoteAddress();

  /** Which side dialled. */
  Direction direction();

  /** What the connection is for. */
  ConnectionPurpose purpose();

  /**
   * Opens a stream and agrees on the first of the given protocols that the peer speaks.
   *
   * @throws ProtocolNotSupportedException if the peer speaks none of them
   * @throws IOException if the connection is closed, a limit is reached or the peer takes too long
   */
  Stream openStream(ProtocolId... protocols) throws IOException;

  /** Number of open streams, either direction, including those of identify and ping. */
  int streamCount();

  /** Whether streams can still be opened. */
  boolean isOpen();

  /** Closes the connection and resets every stream on it; closing twice is harmless. */
  @Override
  void close();
}
