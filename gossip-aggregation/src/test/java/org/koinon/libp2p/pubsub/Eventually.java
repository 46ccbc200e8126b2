package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads are about to do; fails when they do not do it in time. */
public final class Eventually {
  private static final long DEADLINE_NANOS = Duration.ofSeconds(20).toNanos();

  private Eventually() {}

  public static void holds(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > DEADLINE_NANOS) {
        throw new AssertionError("did not happen within 20 s: " + what);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
