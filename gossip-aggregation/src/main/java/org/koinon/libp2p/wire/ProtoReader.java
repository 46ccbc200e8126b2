package org.koinon.libp2p.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over the fields of a protobuf message without building anything.
 *
 * <p>Use: {@code while (reader.next()) switch (reader.field()) { case 1 -> reader.bytes(64); ...
 * }}. A field that is not read is skipped by the next {@link #next()}, so unknown fields cost
 * nothing. Nesting is limited to {@value #MAX_DEPTH}; lengths are checked against the message
 * before anything is copied. Not for several threads.
 */
public final class ProtoReader {
  /** Deepest nesting accepted. */
  public static final int MAX_DEPTH = 4;

  static final int MAX_FIELD = (1 << 29) - 1;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final byte[] buffer;
  private final int end;
  private final int depth;
  private int at;
  private int field;
  private int type;
  private int valueEnd;
  private long varint;

  private ProtoReader(byte[] buffer, int from, int end, int depth) {
    this.buffer = buffer;
    this.at = from;
    this.end = end;
    this.depth = depth;
    this.valueEnd = from;
  }

  /** Reads the whole array, which is not copied and must not change meanwhile. */
  public static ProtoReader of(byte[] message) {
    return new ProtoReader(message, 0, message.length, 1);
  }

  /** Moves to the next field; false at the end of the message. */
  public boolean next() throws WireException {
    at = valueEnd;
    if (at == end) {
      return false;
    }
    long tag = readVarint();
    long number = tag >>> 3;
    if (number < 1 || number > MAX_FIELD) {
      throw new WireException("protobuf field number " + number + " at byte " + at);
    }
    field = (int) number;
    type = (int) (tag & 7);
    switch (type) {
      case VARINT -> {
        varint = readVarint();
        valueEnd = at;
      }
      case FIXED64 -> valueEnd = advance(8);
      case FIXED32 -> valueEnd = advance(4);
      case LENGTH_DELIMITED -> valueEnd = advance(readVarint());
      default -> throw new WireException("protobuf wire type " + type + " of field " + field);
    }
    return true;
  }

  /** Number of the current field. */
  public int field() {
    return field;
  }

  /** The current varint field. */
  public long uint64() throws WireException {
    require(VARINT);
    return varint;
  }

  /** The current bool field. */
  public boolean bool() throws WireException {
    return uint64() != 0;
  }

  /** A copy of the current bytes field, at most {@code max} long. */
  public byte[] bytes(int max) throws WireException {
    requireLength(max);
    return Arrays.copyOfRange(buffer, at, valueEnd);
  }

  /** The current string field, at most {@code max} bytes of valid UTF-8. */
  public String string(int max) throws WireException {
    requireLength(max);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(buffer, at, valueEnd - at))
          .toString();
    } catch (CharacterCodingException e) {
      throw new WireException("protobuf field " + field + " is not UTF-8", e);
    }
  }

  /** Reads the current field as a nested message. */
  public ProtoReader message() throws WireException {
    require(LENGTH_DELIMITED);
    if (depth == MAX_DEPTH) {
      throw new WireException("protobuf nested deeper than " + MAX_DEPTH);
    }
    return new ProtoReader(buffer, at, valueEnd, depth + 1);
  }

  /** Fails when a repeated field has more entries than agreed; call before keeping one more. */
  public static void requireRoom(int count, int max, String what) throws WireException {
    if (count >= max) {
      throw new WireException("more than " + max + " " + what);
    }
  }

  private void require(int expected) throws WireException {
    if (type != expected) {
      throw new WireException(
          "protobuf field " + field + " has wire type " + type + ", expected " + expected);
    }
  }

  private void requireLength(int max) throws WireException {
    require(LENGTH_DELIMITED);
    if (valueEnd - at > max) {
      throw new WireException(
          "protobuf field " + field + " has " + (valueEnd - at) + " bytes, limit " + max);
    }
  }

  private int advance(long length) throws WireException {
    if (length < 0 || length > end - at) {
      throw new WireException("protobuf field " + field + " runs over the end of its message");
    }
    return at + (int) length;
  }

  private long readVarint() throws WireException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (at == end) {
        throw new WireException("protobuf message ends inside a varint");
      }
      byte b = buffer[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new WireException("protobuf varint longer than 10 bytes");
  }
}
