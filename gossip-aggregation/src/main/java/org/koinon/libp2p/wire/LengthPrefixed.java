package org.koinon.libp2p.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.util.Optional;

/** Messages with their length in front as a varint, the framing of most libp2p protocols. */
public final class LengthPrefixed {
  private LengthPrefixed() {}

  /**
   * Reads one message of at most {@code max} bytes; empty when the stream ends where a message
   * would begin.
   */
  public static Optional<byte[]> read(InputStream in, int max, String what) throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    PushbackInputStream from = new PushbackInputStream(in, 1);
    from.unread(first);
    int length = Varint.readLength(from, max, what);
    // readNBytes grows as bytes arrive: a length alone takes no memory.
    byte[] message = in.readNBytes(length);
    if (message.length < length) {
      throw new EOFException(what + " ended after " + message.length + " of " + length + " bytes");
    }
    return Optional.of(message);
  }

  /** Writes length and message in one write, so that they travel in one frame. */
  public static void write(OutputStream out, byte[] message) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(message.length + Varint.MAX_BYTES);
    Varint.write(frame, message.length);
    frame.writeBytes(message);
    out.write(frame.toByteArray());
  }
}
