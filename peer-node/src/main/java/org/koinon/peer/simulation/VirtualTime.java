package org.koinon.peer.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koinon.peer.time.Timeline;

/**
 * Time in a simulation: a baton that one task holds.
 *
 * <p>A task runs until it waits. Then the seed picks the next among those whose condition holds or
 * whose time has come; when there is none, time moves on. So a seed names a whole run, and nothing
 * waits in earnest.
 *
 * <p>As in real time, a condition is asked when its task was woken, and every {@value #POLL_MILLIS}
 * ms: a lost hint costs time and nothing else.
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
  private static final long POLL_MILLIS = 500;
  private static final long END_MILLIS = TimeUnit.DAYS.toMillis(1);

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
    private long nextPoll;
    private boolean woken;
    private boolean held;
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
      nextPoll = now + POLL_MILLIS;
      woken = false;
      held = false;
      waiting.add(this);
      pass();
      turn.acquireUninterruptibly();
      check();
      return held || wished.getAsBoolean();
    }

    private void check() {
      if (killed) {
        throw new KilledError();
      }
    }

    /** Called by the baton's holder. */
    @Override
    public void wake() {
      woken = true;
    }

    @Override
    public void all(List<Runnable> tasks) {
      tasks.forEach(Runnable::run);
    }

    /** The task ends at its next wait. Called by the baton's holder. */
    public void kill() {
      killed = true;
      condition = () -> true;
    }

    /** A condition that held is not asked again: it may be an event, such as a ledger's growth. */
    private boolean isReady() {
      if (killed || held || deadline <= now) {
        return true;
      }
      if (woken || nextPoll <= now) {
        woken = false;
        nextPoll = now + POLL_MILLIS;
        held = condition.getAsBoolean();
      }
      return held;
    }

    private long nextTurn() {
      return Math.min(deadline, nextPoll);
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
   * @return the time then, in milliseconds
   * @throws IllegalStateException with the first fault of a task, or when a day has passed
   */
  public long run() {
    pass();
    finished.acquireUninterruptibly();
    if (fault != null) {
      throw new IllegalStateException("a simulated node failed: " + fault.getMessage(), fault);
    }
    return now;
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
      long next = waiting.stream().mapToLong(Task::nextTurn).min().orElse(Long.MAX_VALUE);
      if (next > END_MILLIS) {
        throw new IllegalStateException("a day of virtual time has passed, and tasks still wait");
      }
      now = Math.max(now, next);
    }
  }
}
