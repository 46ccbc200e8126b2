package org.koinon.libp2p.net;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.koinon.libp2p.core.PeerId;

/**
 * Keeps from dialling a peer again right after a failure: one second, doubled with each failure in
 * a row up to the limit. Remembers the last 1,024 peers that failed. Safe for several threads.
 */
final class DialBackoff {
  private static final long FIRST_NANOS = 1_000_000_000;
  private static final int MAX_PEERS = 1024;

  private record Failure(int count, long untilNanos) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PeerId, Failure> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Failure> eldest) {
          return size() > MAX_PEERS;
        }
      };
  private final long maxNanos;
  private final LongSupplier nanoClock;

  DialBackoff(Duration max, LongSupplier nanoClock) {
    this.maxNanos = max.toNanos();
    this.nanoClock = nanoClock;
  }

  /** Fails while the peer's pause lasts. */
  void requireReady(PeerId peer) throws IOException {
    lock.lock();
    try {
      Failure failure = failures.get(peer);
      if (failure == null) {
        return;
      }
      long rest = failure.untilNanos() - nanoClock.getAsLong();
      if (rest > 0) {
        throw new RefusedException(
            "dialling "
                + peer
                + " failed "
                + failure.count()
                + " times in a row; the next attempt is allowed in "
                + Duration.ofNanos(rest).toMillis()
                + " ms");
      }
    } finally {
      lock.unlock();
    }
  }

  void failed(PeerId peer) {
    lock.lock();
    try {
      Failure before = failures.remove(peer);
      int count = before == null ? 1 : before.count() + 1;
      long pause = count > 30 ? maxNanos : Math.min(maxNanos, FIRST_NANOS << (count - 1));
      failures.put(peer, new Failure(count, nanoClock.getAsLong() + pause));
    } finally {
      lock.unlock();
    }
  }

  void succeeded(PeerId peer) {
    lock.lock();
    try {
      failures.remove(peer);
    } finally {
      lock.unlock();
    }
  }
}
