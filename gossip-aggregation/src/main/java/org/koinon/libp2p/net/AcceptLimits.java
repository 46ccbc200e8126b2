package org.koinon.libp2p.net;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.koinon.libp2p.core.HostLimits.Admission;

/**
 * How many sockets of unproven peers are answered: in all, per address, and per address and second.
 * Loopback is exempt from the limits per address. Safe for several threads.
 */
final class AcceptLimits {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int MAX_ADDRESSES = 4096;

  private static final class Address {
    private int pending;
    private int recent;
    private long windowNanos;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<InetAddress, Address> addresses = new HashMap<>();
  private final Admission limits;
  private final LongSupplier nanoClock;
  private int pending;

  AcceptLimits(Admission limits, LongSupplier nanoClock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
  }

  /** Counts a new socket in; false when it has to be closed unanswered. */
  boolean enter(InetAddress from) {
    lock.lock();
    try {
      if (pending >= limits.pendingHandshakes()) {
        return false;
      }
      if (!from.isLoopbackAddress() && !enterAddress(from)) {
        return false;
      }
      pending++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Counts the socket out: its peer is proven, or it is closed. */
  void leave(InetAddress from) {
    lock.lock();
    try {
      pending--;
      Address address = addresses.get(from);
      if (address != null) {
        address.pending--;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean enterAddress(InetAddress from) {
    long now = nanoClock.getAsLong();
    if (addresses.size() >= MAX_ADDRESSES) {
      addresses
          .values()
          .removeIf(known -> known.pending == 0 && now - known.windowNanos > SECOND_NANOS);
    }
    Address address = addresses.get(from);
    if (address == null) {
      if (addresses.size() >= MAX_ADDRESSES) {
        return false;
      }
      address = new Address();
      address.windowNanos = now;
      addresses.put(from, address);
    }
    if (now - address.windowNanos >= SECOND_NANOS) {
      address.windowNanos = now;
      address.recent = 0;
    }
    address.recent++;
    if (address.recent > limits.newPerSecondPerAddress()
        || address.pending >= limits.pendingPerAddress()) {
      return false;
    }
    address.pending++;
    return true;
  }
}
