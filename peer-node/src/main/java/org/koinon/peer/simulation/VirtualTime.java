package org.koinon.peer.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koinon.peer.time.Timeline;

/**
 * Time in a simulation: a baton that one task holds.
 *
 * <p>A task runs until it waits. Then the seed picks the next among those whose condition holds or
 * whose time has come; when there is none, time moves to the nearest deadline. So a seed names a
 * whole run, and nothing waits in earnest.
 */
public final class VirtualTime {
  /**
   * Thrown inside a task that was killed, at its next wait; unwinds it like the end of a process.
   */
  public static final class KilledError extends Error {
    KilledError() {
      super("killed", null, false, false);
    }
  }

  private static final long TURNS_MAX = 10_000_000;

  private final SplittableRandom random;
  private final List<Task> waiting = new ArrayList<>();
  private final Semaphore finished = new Semaphore(0);
  private @Nullable Throwable fault;
  private int alive;
  private long turns;
  private long now;

  /** Time zero of the run that the seed names. */
  public VirtualTime(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** One task of a node; its timeline is for that node alone. */
  public final class Task implements Timeline {
    private final Semaphore turn = new Semaphore(0);
    private BooleanSupplier condition = () -> true;
    private long deadline;
    private volatile boolean killed;

    private Task() {}

    @Override
    public long now() {
      return now;
    }

    @Override
    public boolean await(BooleanSupplier wished, long until) {
      check();
      if (wished.getAsBoolean()) {
        return true;
      }
      condition = wished;
      deadline = until;
      waiting.add(this);
      pass();
      turn.acquireUninterruptibly();
      check();
      return wished.getAsBoolean();
    }

    private void check() {
      if (killed) {
        throw new KilledError();
      }
    }

    /** Nothing to do: conditions are asked at every turn. */
    @Override
    public void wake() {}

    @Override
    public void all(List<Runnable> tasks) {
      tasks.forEach(Runnable::run);
    }

    /** The task ends at its next wait. Called by the baton's holder. */
    public void kill() {
      killed = true;
      condition = () -> true;
    }

    private boolean isReady() {
      return killed || condition.getAsBoolean() || deadline <= now;
    }
  }

  /** Starts a task; it runs when the baton comes to it. Called before the run, or by a task. */
  public Task start(String name, Consumer<Task> work) {
    Task task = new Task();
    alive++;
    waiting.add(task);
    Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(
            () -> {
              task.turn.acquireUninterruptibly();
              try {
                task.check();
                work.accept(task);
              } catch (RuntimeException | Error e) {
                if (!(e instanceof KilledError) && fault == null) {
                  fault = e;
                }
              }
              alive--;
              pass();
            });
    return task;
  }

  /**
   * Runs until all tasks have ended.
   *
   * @throws IllegalStateException with the first fault of a task, or when all wait for ever
   */
  public void run() {
    pass();
    finished.acquireUninterruptibly();
    if (fault != null) {
      throw new IllegalStateException("a simulated node failed: " + fault.getMessage(), fault);
    }
  }

  /** Hands the baton on; called by whoever holds it. */
  private void pass() {
    if (alive == 0) {
      finished.release();
      return;
    }
    Task next;
    try {
      next = fault == null ? choose() : unwound();
    } catch (RuntimeException | Error e) {
      fault = e;
      next = unwound();
    }
    waiting.remove(next);
    next.turn.release();
  }

  /** After a fault all end, one after the other, so that no thread and no file stays open. */
  private Task unwound() {
    Task next = waiting.getFirst();
    next.kill();
    return next;
  }

  private Task choose() {
    if (++turns > TURNS_MAX) {
      throw new IllegalStateException("no end after " + turns + " turns, at " + now + " ms");
    }
    while (true) {
      List<Task> ready = waiting.stream().filter(Task::isReady).toList();
      if (!ready.isEmpty()) {
        return ready.get(random.nextInt(ready.size()));
      }
      long next = waiting.stream().mapToLong(task -> task.deadline).min().orElse(Long.MAX_VALUE);
      if (next == Long.MAX_VALUE) {
        throw new IllegalStateException("every task waits for ever at " + now + " ms");
      }
      now = next;
    }
  }
}
