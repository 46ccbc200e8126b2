package org.koinon.libp2p.security;

import java.io.EOFException;
import java.io.IOException;
import org.koinon.libp2p.core.PeerId;

/** Noise transport records: two bytes of length, then ciphertext and tag, at most 65,535 bytes. */
final class NoiseChannel implements SecureChannel {
  private final PeerId remotePeer;
  private final NoiseSecurity.Wire wire;
  private final ChaChaPoly sending;
  private final ChaChaPoly receiving;
  // Bytes of the next record's length that came along with the record before.
  private final byte[] head = new byte[HEADROOM];
  private int headBytes;

  NoiseChannel(
      PeerId remotePeer, NoiseSecurity.Wire wire, ChaChaPoly sending, ChaChaPoly receiving) {
    this.remotePeer = remotePeer;
    this.wire = wire;
    this.sending = sending;
    this.receiving = receiving;
  }

  @Override
  public PeerId remotePeer() {
    return remotePeer;
  }

  @Override
  public boolean awaitRecord() throws IOException {
    while (headBytes < HEADROOM) {
      int count = wire.in().read(head, headBytes, HEADROOM - headBytes);
      if (count < 0) {
        if (headBytes > 0) {
          throw new EOFException("peer closed inside a record's length");
        }
        return false;
      }
      headBytes += count;
    }
    return true;
  }

  @Override
  public int readRecord(byte[] buffer) throws IOException {
    int length = (head[0] & 0xff) << 8 | (head[1] & 0xff);
    int read = 0;
    while (read < length) {
      // Two bytes more: the length of the next record, at no further system call.
      int count = wire.in().read(buffer, read, length + HEADROOM - read);
      if (count < 0) {
        throw new EOFException("peer closed inside a record");
      }
      read += count;
    }
    headBytes = read - length;
    System.arraycopy(buffer, length, head, 0, headBytes);
    return receiving.open(buffer, length);
  }

  @Override
  public void writeRecord(byte[] buffer, int plaintextBytes) throws IOException {
    if (plaintextBytes > MAX_PLAINTEXT) {
      throw new IllegalArgumentException("record of " + plaintextBytes + " bytes is too long");
    }
    sending.seal(buffer, HEADROOM, plaintextBytes);
    int length = plaintextBytes + TAILROOM;
    buffer[0] = (byte) (length >>> 8);
    buffer[1] = (byte) length;
    wire.out().write(buffer, 0, HEADROOM + length);
  }

  @Override
  public void close() throws IOException {
    wire.socket().close();
  }
}
