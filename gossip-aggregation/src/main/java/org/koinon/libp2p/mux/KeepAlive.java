package org.koinon.libp2p.mux;

import java.util.concurrent.locks.ReentrantLock;
import org.koinon.libp2p.core.HostLimits.Liveness;

/** The multiplexer's own pings: at most one unanswered, each also a measure of the round trip. */
final class KeepAlive {
  private final ReentrantLock lock = new ReentrantLock();
  private final Liveness limits;
  private int number;
  private boolean pending;
  private long sentNanos;
  private long roundTripNanos;

  KeepAlive(Liveness limits) {
    this.limits = limits;
  }

  /** The next ping, sent now. */
  FrameHeader ping(long nowNanos) {
    lock.lock();
    try {
      pending = true;
      sentNanos = nowNanos;
      return new FrameHeader(FrameHeader.PING, FrameHeader.SYN, 0, ++number);
    } finally {
      lock.unlock();
    }
  }

  /** Takes the answer to our ping; any other answer means nothing. */
  void answered(int value, long nowNanos) {
    lock.lock();
    try {
      if (pending && value == number) {
        pending = false;
        roundTripNanos = nowNanos - sentNanos;
      }
    } finally {
      lock.unlock();
    }
  }

  boolean due(long nowNanos) {
    lock.lock();
    try {
      return !pending && nowNanos - sentNanos > limits.keepAlive().toNanos();
    } finally {
      lock.unlock();
    }
  }

  boolean overdue(long nowNanos) {
    lock.lock();
    try {
      return pending && nowNanos - sentNanos > limits.keepAliveAnswer().toNanos();
    } finally {
      lock.unlock();
    }
  }

  long roundTripNanos() {
    lock.lock();
    try {
      return roundTripNanos;
    } finally {
      lock.unlock();
    }
  }
}
