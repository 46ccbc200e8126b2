package org.koinon.libp2p.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * A two-way byte stream to a peer with an agreed protocol.
 *
 * <p>One thread may read while another writes; several writers are serialised per frame, not per
 * call. Reading grants the sender new credit, so a reader that stops reading stops the sender.
 */
public interface Stream extends AutoCloseable {
  /** The protocol agreed for this stream. */
  ProtocolId protocol();

  /** The peer at the other end. */
  PeerId remotePeer();

  /** The connection that carries this stream. */
  Connection connection();

  /** Bytes from the peer; ends with -1 after the peer's half-close, throws after a reset. */
  InputStream in();

  /**
   * Bytes to the peer; each write is sent at once and blocks while the peer grants no credit.
   * {@code close()} on it is {@link #closeWrite()}.
   */
  OutputStream out();

  /** Half-close: tells the peer that no more bytes will follow; reading goes on. */
  void closeWrite() throws IOException;

  /** Ends both directions at once and discards what is buffered; never throws, never blocks. */
  void reset();

  /**
   * From now, how long reads and writes on this stream may take altogether; what is blocked when it
   * passes throws {@link java.net.SocketTimeoutException}. A later call replaces an earlier one;
   * {@code ChronoUnit.FOREVER.getDuration()} removes it.
   */
  void deadline(Duration fromNow);

  /** {@link #closeWrite()}, and what still arrives is discarded; does not wait for the peer. */
  @Override
  void close() throws IOException;
}
