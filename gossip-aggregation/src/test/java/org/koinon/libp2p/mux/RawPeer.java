package org.koinon.libp2p.mux;

import java.io.IOException;
import java.net.Socket;
import org.koinon.libp2p.security.BufferPool;
import org.koinon.libp2p.security.RecordInput;

/** The other end of a connection, writing and reading yamux frames by hand, allowed or not. */
final class RawPeer {
  private final Socket socket;
  private final RecordInput in;

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new RecordInput(new PlainChannel(socket), new BufferPool(1));
  }

  /** Sends header and payload, the payload in as many records as it takes. */
  void send(int type, int flags, int streamId, int length, byte... payload) throws IOException {
    byte[] frame = new byte[FrameHeader.BYTES + payload.length];
    new FrameHeader(type, flags, streamId, length).put(frame, 0);
    System.arraycopy(payload, 0, frame, FrameHeader.BYTES, payload.length);
    for (int at = 0; at < frame.length; ) {
      int count = Math.min(frame.length - at, 60_000);
      byte[] record = new byte[2 + count];
      record[0] = (byte) (count >>> 8);
      record[1] = (byte) count;
      System.arraycopy(frame, at, record, 2, count);
      socket.getOutputStream().write(record);
      at += count;
    }
  }

  void data(int streamId, int flags, byte... payload) throws IOException {
    send(FrameHeader.DATA, flags, streamId, payload.length, payload);
  }

  /** The next frame of the victim; pings of its own are passed over, payload is thrown away. */
  FrameHeader next() throws IOException {
    byte[] head = new byte[FrameHeader.BYTES];
    while (true) {
      in.readFully(head, head.length);
      FrameHeader frame = FrameHeader.decode(head);
      if (frame.type() == FrameHeader.DATA) {
        in.skipNBytes(frame.length());
      }
      if (frame.type() != FrameHeader.PING || frame.has(FrameHeader.ACK)) {
        return frame;
      }
    }
  }
}
