package org.koinon.libp2p.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sockets that will be closed when their time is up, which ends whatever blocks on them. Safe for
 * several threads.
 */
final class Deadlines {
  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

  private final Map<Guard, Long> pending = new ConcurrentHashMap<>();
  private final LongSupplier nanoClock;

  Deadlines(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Closes the socket unless the guard is closed before. */
  Guard closeAfter(Closeable socket, Duration time) {
    Guard guard = new Guard(socket);
    pending.put(guard, nanoClock.getAsLong() + time.toNanos());
    return guard;
  }

  /** Closes what is overdue. */
  void tick(long nowNanos) {
    pending.forEach(
        (guard, until) -> {
          if (nowNanos - until > 0 && pending.remove(guard) != null) {
            guard.expire();
          }
        });
  }

  /** Closes everything at once. */
  void closeAll() {
    pending.keySet().forEach(Guard::expire);
    pending.clear();
  }

  /** One socket under a deadline. */
  final class Guard implements AutoCloseable {
    private final Closeable socket;
    private volatile boolean expired;

    private Guard(Closeable socket) {
      this.socket = socket;
    }

    void requireInTime() throws SocketTimeoutException {
      if (expired) {
        throw new SocketTimeoutException("the handshake took too long");
      }
    }

    private void expire() {
      expired = true;
      try {
        socket.close();
      } catch (IOException e) {
        log.debug("closing an overdue socket failed", e);
      }
    }

    @Override
    public void close() {
      pending.remove(this);
    }
  }
}
