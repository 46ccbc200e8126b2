package org.koinon.libp2p.mux;

import java.util.Optional;
import org.koinon.libp2p.core.HostLimits.Windows;
import org.koinon.libp2p.wire.WireException;

/**
 * The credit that one stream has given its peer. Credit comes back only when the application has
 * read, which is the back-pressure; a stream that is read fast doubles its window while the budget
 * lasts. Guarded by the lock of its stream.
 */
final class ReceiveWindow {
  // A window used up within so many round trips is too small for the path.
  private static final int BUSY_ROUND_TRIPS = 4;
  private static final long MIN_ROUND_TRIP_NANOS = 10_000_000;

  private final Windows limits;
  private final WindowBudget budget;
  private int size;
  private long remaining;
  private int read;
  private long lastGrantNanos;

  private ReceiveWindow(Windows limits, WindowBudget budget, int size, long nowNanos) {
    this.limits = limits;
    this.budget = budget;
    this.size = size;
    this.remaining = size;
    this.lastGrantNanos = nowNanos;
  }

  /**
   * A window of the limits' initial size, or of yamux's minimum when the budget runs low; empty
   * when not even that is left.
   */
  static Optional<ReceiveWindow> reserve(Windows limits, WindowBudget budget, long nowNanos) {
    if (!budget.reserveMinimum()) {
      return Optional.empty();
    }
    int extra = limits.initialBytes() - Windows.MIN_BYTES;
    boolean plenty = budget.availableGrowth() >= 4L * extra && budget.reserveGrowth(extra);
    int size = plenty ? limits.initialBytes() : Windows.MIN_BYTES;
    return Optional.of(new ReceiveWindow(limits, budget, size, nowNanos));
  }

  /** What has to be announced beyond the window that yamux takes for granted. */
  int initialCredit() {
    return size - Windows.MIN_BYTES;
  }

  /** Counts a data frame in; a frame beyond the credit is an attack or a bug. */
  void received(int bytes) throws WireException {
    if (bytes > remaining) {
      throw new WireException(
          "yamux frame of " + bytes + " bytes exceeds the stream's remaining window " + remaining);
    }
    remaining -= bytes;
  }

  /** Counts bytes that the application has read; true when it is time to grant new credit. */
  boolean consumed(int bytes) {
    read += bytes;
    return read >= size / 2;
  }

  /** New credit, to be announced by the caller at once. */
  int grant(long nowNanos, long roundTripNanos) {
    long busy = BUSY_ROUND_TRIPS * Math.max(roundTripNanos, MIN_ROUND_TRIP_NANOS);
    int growth = 0;
    if (nowNanos - lastGrantNanos < busy) {
      int wanted = Math.min(size, limits.maxBytes() - size);
      growth = wanted > 0 && budget.reserveGrowth(wanted) ? wanted : 0;
    }
    int credit = read + growth;
    size += growth;
    remaining += credit;
    read = 0;
    lastGrantNanos = nowNanos;
    return credit;
  }

  int size() {
    return size;
  }

  void release() {
    budget.release(size);
  }
}
