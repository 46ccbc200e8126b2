package org.koinon.libp2p.security;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Received bytes {@code [from, to)} of an array, read from the front; a pooled array goes back to
 * its pool when the slice is released. For one thread at a time.
 */
public final class Slice {
  /** Size of a copied slice's array at least, so that small frames can be put together in it. */
  static final int MIN_CAPACITY = 4096;

  private final byte[] array;
  private final boolean pooled;
  private int from;
  private int to;

  Slice(byte[] array, int from, int to, boolean pooled) {
    this.array = array;
    this.from = from;
    this.to = to;
    this.pooled = pooled;
  }

  /** Bytes left. */
  public int length() {
    return to - from;
  }

  /** Copies out up to {@code max} bytes. */
  public int read(byte[] target, int offset, int max) {
    int count = Math.min(max, to - from);
    System.arraycopy(array, from, target, offset, count);
    from += count;
    return count;
  }

  /** Writes out what is left, without a copy in between. */
  public int writeTo(OutputStream out) throws IOException {
    int count = to - from;
    out.write(array, from, count);
    from = to;
    return count;
  }

  /** Takes the bytes of {@code next} over if there is room behind ours. */
  public boolean append(Slice next) {
    int count = next.length();
    if (pooled || count > array.length - to) {
      return false;
    }
    to += next.read(array, to, count);
    return true;
  }

  /** Ends the use of this slice. */
  public void release(BufferPool pool) {
    from = to;
    if (pooled) {
      pool.release(array);
    }
  }
}
