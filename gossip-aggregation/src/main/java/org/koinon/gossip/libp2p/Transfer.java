package org.koinon.gossip.libp2p;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import org.koinon.gossip.ExchangeCodec;
import org.koinon.gossip.ExchangeMessage;
import org.koinon.gossip.PeerAddress;
import org.koinon.gossip.PieceKind;
import org.koinon.gossip.TrafficMeter;
import org.koinon.libp2p.core.Stream;

/** One stream's reading and writing, with a time limit per step and every sent byte counted. */
final class Transfer {
  private static final int CHUNK_BYTES = 64 << 10;

  private final Stream stream;
  private final PeerAddress peer;
  private final Duration stall;
  private final TrafficMeter meter;

  Transfer(Stream stream, Duration stall, TrafficMeter meter) {
    this.stream = stream;
    this.peer = new PeerAddress(stream.remotePeer().toString());
    this.stall = stall;
    this.meter = meter;
  }

  PeerAddress peer() {
    return peer;
  }

  void write(ExchangeMessage message) throws IOException {
    byte[] envelope = ExchangeCodec.encode(message);
    stream.deadline(stall);
    meter.envelope(peer, envelope.length);
    stream.out().write(envelope);
  }

  ExchangeMessage read() throws IOException {
    stream.deadline(stall);
    return ExchangeCodec.read(stream.in());
  }

  void writePayload(PieceKind kind, byte[] bytes, int offset) throws IOException {
    for (int at = offset; at < bytes.length; at += CHUNK_BYTES) {
      int length = Math.min(CHUNK_BYTES, bytes.length - at);
      stream.deadline(stall);
      // Counted first: when a write fails, part of it may have left.
      meter.payload(peer, kind, length);
      stream.out().write(bytes, at, length);
    }
  }

  /** Reads at least one byte into the array; returns the new end. */
  int readPayload(byte[] into, int offset) throws IOException {
    stream.deadline(stall);
    int read = stream.in().read(into, offset, Math.min(CHUNK_BYTES, into.length - offset));
    if (read < 0) {
      throw new EOFException("the stream ended at byte " + offset + " of " + into.length);
    }
    return offset + read;
  }
}
