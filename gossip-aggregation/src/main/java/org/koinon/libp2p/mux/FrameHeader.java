package org.koinon.libp2p.mux;

import org.koinon.libp2p.wire.WireException;

/**
 * The 12 bytes before every yamux frame: version 0, type, flags, stream id, length, big-endian.
 * Source: hashicorp/yamux specification.
 *
 * @param length payload bytes of a data frame, credit of a window update, value of a ping, reason
 *     of a go-away; an unsigned 32-bit number
 */
record FrameHeader(int type, int flags, int streamId, int length) {
  static final int BYTES = 12;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  static FrameHeader decode(byte[] bytes) throws WireException {
    if (bytes[0] != 0) {
      throw new WireException("yamux version " + (bytes[0] & 0xff) + " is not 0");
    }
    if (bytes[1] < DATA || bytes[1] > GO_AWAY) {
      throw new WireException("yamux frame type " + (bytes[1] & 0xff) + " is not known");
    }
    int flags = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    return new FrameHeader(bytes[1], flags, int32(bytes, 4), int32(bytes, 8));
  }

  /** Writes the header at {@code offset}; returns the offset behind it. */
  int put(byte[] buffer, int offset) {
    buffer[offset] = 0;
    buffer[offset + 1] = (byte) type;
    buffer[offset + 2] = (byte) (flags >>> 8);
    buffer[offset + 3] = (byte) flags;
    putInt32(buffer, offset + 4, streamId);
    putInt32(buffer, offset + 8, length);
    return offset + BYTES;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  long unsignedLength() {
    return Integer.toUnsignedLong(length);
  }

  private static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static void putInt32(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }
}
