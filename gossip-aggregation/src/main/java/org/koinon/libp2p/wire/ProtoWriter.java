package org.koinon.libp2p.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a protobuf message field by field, in the order of the calls, so that the bytes that are
 * signed are the bytes that are sent. Not for several threads.
 */
public final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int MAX_VARINT = 10;

  private byte[] buffer = new byte[64];
  private int size;

  /** A varint field; a negative number takes ten bytes, as protobuf has it. */
  public ProtoWriter uint64(int field, long value) {
    tag(field, VARINT);
    ensure(MAX_VARINT);
    size = Varint.put(buffer, size, value);
    return this;
  }

  /** A bool field, written also when false. */
  public ProtoWriter bool(int field, boolean value) {
    return uint64(field, value ? 1 : 0);
  }

  /** A bytes field, written also when empty. */
  public ProtoWriter bytes(int field, byte[] value) {
    return bytes(field, value, value.length);
  }

  /** A string field in UTF-8. */
  public ProtoWriter string(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A nested message. */
  public ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.buffer, value.size);
  }

  /** Bytes written so far. */
  public int size() {
    return size;
  }

  /** A copy of the message. */
  public byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  private ProtoWriter bytes(int field, byte[] value, int length) {
    tag(field, LENGTH_DELIMITED);
    ensure(MAX_VARINT + length);
    size = Varint.put(buffer, size, length);
    System.arraycopy(value, 0, buffer, size, length);
    size += length;
    return this;
  }

  private void tag(int field, int type) {
    if (field < 1 || field > ProtoReader.MAX_FIELD) {
      throw new IllegalArgumentException("protobuf has no field number " + field);
    }
    ensure(MAX_VARINT);
    size = Varint.put(buffer, size, (long) field << 3 | type);
  }

  private void ensure(int more) {
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + more, buffer.length * 2));
    }
  }
}
