package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Time that passes when the test says so; tasks run on the test's thread. */
final class DrivenTimer implements PubsubTimer {
  private static final class Task {
    final Runnable action;
    final long periodNanos;
    long dueNanos;

    Task(Runnable action, long dueNanos, long periodNanos) {
      this.action = action;
      this.dueNanos = dueNanos;
      this.periodNanos = periodNanos;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Task> tasks = new ArrayList<>();
  private long now = 1_000_000;

  @Override
  public long monotonicNanos() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long wallNanos() {
    return monotonicNanos();
  }

  @Override
  public Cancellation every(Duration period, Runnable task) {
    return add(task, period.toNanos(), period.toNanos());
  }

  @Override
  public Cancellation after(Duration delay, Runnable task) {
    return add(task, delay.toNanos(), 0);
  }

  private Cancellation add(Runnable action, long delayNanos, long periodNanos) {
    lock.lock();
    try {
      Task task = new Task(action, now + delayNanos, periodNanos);
      tasks.add(task);
      return () -> remove(task);
    } finally {
      lock.unlock();
    }
  }

  private void remove(Task task) {
    lock.lock();
    try {
      tasks.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /** Tasks that wait, periodic ones included. */
  int waiting() {
    lock.lock();
    try {
      return tasks.size();
    } finally {
      lock.unlock();
    }
  }

  void advance(Duration time) {
    long until = monotonicNanos() + time.toNanos();
    for (Optional<Runnable> due = next(until); due.isPresent(); due = next(until)) {
      due.get().run();
    }
  }

  private Optional<Runnable> next(long until) {
    lock.lock();
    try {
      Optional<Task> first =
          tasks.stream()
              .filter(task -> task.dueNanos <= until)
              .min(Comparator.comparingLong(task -> task.dueNanos));
      if (first.isEmpty()) {
        now = until;
        return Optional.empty();
      }
      Task task = first.get();
      now = task.dueNanos;
      if (task.periodNanos > 0) {
        task.dueNanos += task.periodNanos;
      } else {
        tasks.remove(task);
      }
      return Optional.of(task.action);
    } finally {
      lock.unlock();
    }
  }
}
