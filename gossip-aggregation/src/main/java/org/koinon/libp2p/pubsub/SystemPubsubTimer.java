package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clocks and one daemon thread. */
public final class SystemPubsubTimer implements PubsubTimer, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemPubsubTimer.class);

  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pubsub-timer").factory());

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }

  @Override
  public long wallNanos() {
    Instant now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  @Override
  public Cancellation every(Duration period, Runnable task) {
    long nanos = period.toNanos();
    Future<?> future =
        scheduler.scheduleAtFixedRate(logged(task), nanos, nanos, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public Cancellation after(Duration delay, Runnable task) {
    Future<?> future = scheduler.schedule(logged(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  /** A scheduled executor silently ends a periodic task that throws; the heart must go on. */
  private static Runnable logged(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("a timed task failed", e);
      }
    };
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
