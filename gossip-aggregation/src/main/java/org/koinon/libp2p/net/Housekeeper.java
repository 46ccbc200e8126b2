package org.koinon.libp2p.net;

import java.util.concurrent.TimeUnit;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.HostLimits.Liveness;

/**
 * The only clock of a host: once a second it looks after handshakes, stalls, keep-alive,
 * connections without a purpose, duplicates and idle bulk connections.
 */
final class Housekeeper {
  // A dialler of ours opens its first stream with its first record; who opens none wants control.
  private static final long PURPOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Liveness limits;
  private final ConnectionTable table;
  private final Deadlines deadlines;

  Housekeeper(Liveness limits, ConnectionTable table, Deadlines deadlines) {
    this.limits = limits;
    this.table = table;
    this.deadlines = deadlines;
  }

  /** Ticks until interrupted. */
  void run() {
    try {
      while (true) {
        Thread.sleep(1000);
        tick(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the host is closing
    }
  }

  void tick(long nowNanos) {
    deadlines.tick(nowNanos);
    for (PeerConnection connection : table.all()) {
      connection.tick(nowNanos);
      if (connection.knownPurpose().isEmpty() && connection.ageNanos(nowNanos) > PURPOSE_NANOS) {
        connection.decide(ConnectionPurpose.CONTROL);
      }
      boolean bulk = connection.purpose() == ConnectionPurpose.BULK;
      if (bulk && connection.idleNanos(nowNanos) > limits.bulkIdle().toNanos()) {
        connection.close();
      }
    }
    for (PeerConnection duplicate : table.duplicates()) {
      // The peer may just have begun to use it: only an old one without streams goes.
      boolean old = duplicate.ageNanos(nowNanos) > limits.duplicateGrace().toNanos();
      if (old && duplicate.streamCount() == 0) {
        duplicate.close();
      }
    }
  }
}
