package org.koinon.libp2p.security;

import java.io.Closeable;
import java.io.IOException;
import org.koinon.libp2p.core.PeerId;

/**
 * A secret, ordered channel of records to a proven peer. One thread reads and one writes at a time;
 * the caller keeps it so. {@link #close()} may come from any thread and ends both.
 */
public interface SecureChannel extends Closeable {
  /** Bytes that must be free in front of the plaintext of a record to be written. */
  int HEADROOM = 2;

  /** Bytes that must be free behind the plaintext of a record to be written. */
  int TAILROOM = 16;

  /** Most plaintext in one record. */
  int MAX_PLAINTEXT = 65_535 - TAILROOM;

  /** The peer that proved its key. */
  PeerId remotePeer();

  /** Blocks until a record begins, holding no buffer meanwhile; false when the peer has closed. */
  boolean awaitRecord() throws IOException;

  /**
   * Reads the record that {@link #awaitRecord()} announced into a buffer of {@link
   * BufferPool#BUFFER_BYTES}, from its start.
   *
   * @return bytes of plaintext
   */
  int readRecord(byte[] buffer) throws IOException;

  /**
   * Writes one record. Its plaintext stands at {@link #HEADROOM} in a buffer of {@link
   * BufferPool#BUFFER_BYTES}, which is overwritten.
   */
  void writeRecord(byte[] buffer, int plaintextBytes) throws IOException;
}
