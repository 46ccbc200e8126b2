package org.koinon.libp2p.mux;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many unread bytes peers may still make us hold: a sum that windows are reserved from, inside
 * the sum of the whole host. Safe for several threads.
 */
public final class WindowBudget {
  private final Optional<WindowBudget> whole;
  private final AtomicLong free;

  private WindowBudget(Optional<WindowBudget> whole, long bytes) {
    this.whole = whole;
    this.free = new AtomicLong(bytes);
  }

  /** The budget of a host. */
  public static WindowBudget ofHost(long bytes) {
    return new WindowBudget(Optional.empty(), bytes);
  }

  /** A part for one connection, at most {@code bytes}; what is reserved counts in both. */
  public WindowBudget forConnection(long bytes) {
    return new WindowBudget(Optional.of(this), bytes);
  }

  /** Reserves all of it or nothing. */
  boolean reserve(long bytes) {
    if (!take(bytes)) {
      return false;
    }
    if (whole.isPresent() && !whole.get().reserve(bytes)) {
      free.addAndGet(bytes);
      return false;
    }
    return true;
  }

  void release(long bytes) {
    free.addAndGet(bytes);
    whole.ifPresent(host -> host.release(bytes));
  }

  /** Bytes not reserved, here or in the host. */
  public long available() {
    long here = free.get();
    return whole.map(host -> Math.min(here, host.available())).orElse(here);
  }

  private boolean take(long bytes) {
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
