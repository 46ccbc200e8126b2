package org.koinon.libp2p.security;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The plaintext of a {@link SecureChannel} as one stream of bytes that can also be taken in slices
 * without a copy. Holds a pooled buffer only while it has bytes left. For one thread.
 */
public final class RecordInput extends InputStream {
  private static final byte[] NONE = new byte[0];

  private final SecureChannel channel;
  private final BufferPool pool;
  private byte[] buffer = NONE;
  private int from;
  private int to;

  public RecordInput(SecureChannel channel, BufferPool pool) {
    this.channel = channel;
    this.pool = pool;
  }

  /** Blocks until bytes are buffered; false when the peer has closed. */
  public boolean fill() throws IOException {
    while (from == to) {
      drop();
      if (!channel.awaitRecord()) {
        return false;
      }
      from = 0;
      to = 0;
      buffer = pool.take();
      to = channel.readRecord(buffer);
    }
    return true;
  }

  /** Bytes that can be read without blocking. */
  @Override
  public int available() {
    return to - from;
  }

  /**
   * Takes up to {@code max} buffered bytes, without a copy when they are the rest of their record
   * and fill at least half a buffer (so that few bytes never hold a large buffer). Call {@link
   * #fill()} before.
   */
  public Slice take(int max) {
    int length = Math.min(max, to - from);
    Slice slice;
    if (length == to - from && length >= BufferPool.BUFFER_BYTES / 2) {
      slice = new Slice(buffer, from, from + length, true);
      buffer = NONE;
      to = 0;
      from = 0;
    } else {
      byte[] copy = new byte[Math.max(length, Slice.MIN_CAPACITY)];
      System.arraycopy(buffer, from, copy, 0, length);
      slice = new Slice(copy, 0, length, false);
      from += length;
    }
    return slice;
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer[from++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, to - from);
    System.arraycopy(buffer, from, target, offset, count);
    from += count;
    return count;
  }

  /** Reads exactly so many bytes. */
  public void readFully(byte[] target, int length) throws IOException {
    if (readNBytes(target, 0, length) < length) {
      throw new EOFException("peer closed the connection inside a frame");
    }
  }

  private void drop() {
    if (buffer.length > 0) {
      pool.release(buffer);
      buffer = NONE;
    }
  }
}
