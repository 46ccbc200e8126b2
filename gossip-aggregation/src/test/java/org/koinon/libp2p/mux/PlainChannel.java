package org.koinon.libp2p.mux;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.security.SecureChannel;

/** Records without secrecy: two bytes of length and the plaintext. Writing can be held up. */
final class PlainChannel implements SecureChannel {
  private final Socket socket;
  private final DataInputStream in;
  private final PeerId peer = PeerId.ofEd25519(new byte[32]);
  private volatile CountDownLatch writable = new CountDownLatch(0);
  private int next;

  PlainChannel(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** From now on writes block until the channel is closed. */
  void holdWrites() {
    writable = new CountDownLatch(1);
  }

  @Override
  public PeerId remotePeer() {
    return peer;
  }

  @Override
  public boolean awaitRecord() throws IOException {
    try {
      next = in.readUnsignedShort();
      return true;
    } catch (EOFException e) {
      return false;
    }
  }

  @Override
  public int readRecord(byte[] buffer) throws IOException {
    in.readFully(buffer, 0, next);
    return next;
  }

  @Override
  public void writeRecord(byte[] buffer, int plaintextBytes) throws IOException {
    try {
      writable.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    buffer[0] = (byte) (plaintextBytes >>> 8);
    buffer[1] = (byte) plaintextBytes;
    socket.getOutputStream().write(buffer, 0, HEADROOM + plaintextBytes);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    writable.countDown();
  }
}
