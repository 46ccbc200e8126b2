package org.koinon.libp2p.security;

import java.util.concurrent.ArrayBlockingQueue;

/**
 * Free record buffers shared by the connections of a host, so that a connection holds none while it
 * is idle. Never blocks: an empty pool allocates, a full one lets go. Safe for several threads.
 */
public final class BufferPool {
  /** Size of every buffer: room for one record, its length and the length of the next. */
  public static final int BUFFER_BYTES = SecureChannel.HEADROOM + 65_535 + 3;

  private final ArrayBlockingQueue<byte[]> free;

  /** Keeps at most {@code capacity} free buffers of 64 KiB. */
  public BufferPool(int capacity) {
    free = new ArrayBlockingQueue<>(capacity);
  }

  /** A buffer of {@link #BUFFER_BYTES}; its content is left over from earlier use. */
  public byte[] take() {
    byte[] buffer = free.poll();
    return buffer == null ? new byte[BUFFER_BYTES] : buffer;
  }

  /** Gives a buffer back; the caller must not touch it again. */
  public void release(byte[] buffer) {
    if (buffer.length != BUFFER_BYTES) {
      throw new IllegalArgumentException("not a buffer of this pool");
    }
    free.offer(buffer);
  }
}
