package org.koinon.libp2p.mux;

import java.util.concurrent.atomic.AtomicLong;
import org.koinon.libp2p.core.HostLimits.Windows;

/**
 * How many unread bytes peers may still make us hold. The minimum window of a stream counts in the
 * sum of the host alone, since the number of streams is limited too; what a window has beyond that
 * counts in the sum of its connection as well. Safe for several threads.
 */
public final class WindowBudget {
  private final AtomicLong host;
  private final AtomicLong growth;

  private WindowBudget(AtomicLong host, long growthBytes) {
    this.host = host;
    this.growth = new AtomicLong(growthBytes);
  }

  /** The budget of a host. */
  public static WindowBudget ofHost(long bytes) {
    return new WindowBudget(new AtomicLong(bytes), bytes);
  }

  /** A part for one connection, whose windows may grow by so many bytes altogether. */
  public WindowBudget forConnection(long growthBytes) {
    return new WindowBudget(host, growthBytes);
  }

  /** Reserves the minimum window of one stream. */
  boolean reserveMinimum() {
    return take(host, Windows.MIN_BYTES);
  }

  /** Reserves more for a window, all of it or nothing. */
  boolean reserveGrowth(long bytes) {
    if (!take(growth, bytes)) {
      return false;
    }
    if (!take(host, bytes)) {
      growth.addAndGet(bytes);
      return false;
    }
    return true;
  }

  /** Gives back a whole window. */
  void release(long windowBytes) {
    host.addAndGet(windowBytes);
    growth.addAndGet(windowBytes - Windows.MIN_BYTES);
  }

  /** Bytes by which windows can still grow. */
  long availableGrowth() {
    return Math.min(host.get(), growth.get());
  }

  private static boolean take(AtomicLong free, long bytes) {
    while (true) {
      long now = free.get();
      if (now < bytes) {
        return false;
      }
      if (free.compareAndSet(now, now - bytes)) {
        return true;
      }
    }
  }
}
