package org.koinon.libp2p.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Unsigned varints of multiformats: seven bits a byte, least significant first, minimal, at most
 * nine bytes (values below 2^63).
 */
public final class Varint {
  /** Longest encoding accepted. */
  public static final int MAX_BYTES = 9;

  private Varint() {}

  /** Bytes that {@code value} takes. */
  public static int size(long value) {
    requireUnsigned(value);
    return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
  }

  /** Writes {@code value}, which is not negative. */
  public static void write(OutputStream out, long value) throws IOException {
    requireUnsigned(value);
    long rest = value;
    while (rest > 0x7f) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Writes {@code value} at {@code offset}; returns the offset behind it. */
  static int put(byte[] buffer, int offset, long value) {
    int at = offset;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer[at++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    buffer[at++] = (byte) rest;
    return at;
  }

  /** Reads one varint; {@link EOFException} when the stream ends before or within it. */
  public static long read(InputStream in) throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("stream ended " + (i == 0 ? "before" : "inside") + " a varint");
      }
      value |= (long) (b & 0x7f) << (7 * i);
      if (b < 0x80) {
        if (b == 0 && i > 0) {
          throw new WireException("varint is not minimal");
        }
        return value;
      }
    }
    throw new WireException("varint is longer than 9 bytes");
  }

  /** Reads a length that must lie in 0..{@code max}. */
  public static int readLength(InputStream in, int max, String what) throws IOException {
    long length = read(in);
    if (length > max) {
      throw new WireException(what + " of " + length + " bytes exceeds the limit of " + max);
    }
    return (int) length;
  }

  private static void requireUnsigned(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("varint cannot carry " + value);
    }
  }
}
