package org.koinon.libp2p.pubsub;

import java.time.Duration;

/**
 * The only source of time for gossipsub: two clocks and two ways to be called later.
 *
 * <p>Tasks must not block. Implementations call them from any thread, but one task never overlaps
 * with itself.
 */
public interface PubsubTimer {
  /** Nanoseconds from an arbitrary origin; never goes back. */
  long monotonicNanos();

  /** Nanoseconds since 1970; seeds the sequence numbers of messages. */
  long wallNanos();

  /** Runs the task once per period until cancelled. */
  Cancellation every(Duration period, Runnable task);

  /** Runs the task once, after the delay, unless cancelled before. */
  Cancellation after(Duration delay, Runnable task);

  /** Ends a timed task; harmless when it has already run. */
  @FunctionalInterface
  interface Cancellation {
    void cancel();
  }
}
