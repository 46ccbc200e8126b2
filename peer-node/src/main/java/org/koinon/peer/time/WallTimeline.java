package org.koinon.peer.time;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Real time. A waiting condition is asked at least every {@value #POLL_MILLIS} ms, because gossip
 * is only a hint and the ledger must be polled. Safe for several threads.
 */
public final class WallTimeline implements Timeline {
  private static final long POLL_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long beginNanos = System.nanoTime();
  private long changes;
  private volatile boolean stopped;

  @Override
  public long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
  }

  @Override
  public boolean await(BooleanSupplier condition, long deadline) {
    while (true) {
      if (stopped) {
        throw new StoppedException();
      }
      long before = changes();
      if (condition.getAsBoolean()) {
        return true;
      }
      long left = deadline - now();
      if (left <= 0) {
        return false;
      }
      pause(before, Math.min(left, POLL_MILLIS));
    }
  }

  private long changes() {
    lock.lock();
    try {
      return changes;
    } finally {
      lock.unlock();
    }
  }

  private void pause(long before, long millis) {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (changes == before && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void wake() {
    lock.lock();
    try {
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every wait of now and later with a {@link StoppedException}. */
  public void stop() {
    stopped = true;
    wake();
  }

  @Override
  public void all(List<Runnable> tasks) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = tasks.stream().<Future<?>>map(threads::submit).toList();
      for (Future<?> task : running) {
        task.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
