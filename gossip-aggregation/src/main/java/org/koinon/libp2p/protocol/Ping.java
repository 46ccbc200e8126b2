package org.koinon.libp2p.protocol;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.wire.WireException;

/** libp2p ping: 32 random bytes there and back, as often as the asking side likes. */
public final class Ping {
  /** The protocol id. */
  public static final ProtocolId PROTOCOL = new ProtocolId("/ipfs/ping/1.0.0");

  /** Open inbound ping streams per peer. */
  public static final int MAX_STREAMS_PER_PEER = 2;

  private static final int BYTES = 32;

  private Ping() {}

  /** Answers until the peer closes its side. */
  public static void serve(Stream stream) throws IOException {
    byte[] payload = stream.in().readNBytes(BYTES);
    while (payload.length == BYTES) {
      stream.out().write(payload);
      payload = stream.in().readNBytes(BYTES);
    }
    if (payload.length > 0) {
      throw new WireException("ping of " + payload.length + " bytes, not 32");
    }
  }

  /** Measures one round trip over the connection. */
  public static Duration measure(Connection connection, Duration limit) throws IOException {
    try (Stream stream = connection.openStream(PROTOCOL)) {
      stream.deadline(limit);
      byte[] payload = new byte[BYTES];
      ThreadLocalRandom.current().nextBytes(payload);
      long begin = System.nanoTime();
      stream.out().write(payload);
      byte[] answer = stream.in().readNBytes(BYTES);
      long end = System.nanoTime();
      if (!Arrays.equals(payload, answer)) {
        throw new WireException("the peer answered a ping with other bytes");
      }
      return Duration.ofNanos(end - begin);
    }
  }
}
