package org.koinon.network.fabric;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits, in bounded steps, for what a network that starts cannot do yet. */
final class Patience {
  private static final long STEP_MILLIS = 50;
  private static final int STEPS = 2400;
  private static final int TRIES_MAX = 40;

  private Patience() {}

  /** Tries again, each time a little later and for some 40 s; then the last failure counts. */
  static void insist(Runnable attempt) {
    for (int tries = 1; ; tries++) {
      try {
        attempt.run();
        return;
      } catch (FabricException e) {
        if (tries == TRIES_MAX || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS * tries));
      }
    }
  }

  /**
   * Returns once the condition holds; stops when the process does; else says why not, and where to
   * read more.
   */
  static void await(ProcessHandle process, Command command, BooleanSupplier serves) {
    for (int i = 0; i < STEPS; i++) {
      if (serves.getAsBoolean()) {
        return;
      }
      if (hasEnded(process)) {
        throw new FabricException(command.name() + " ended while it started" + command.details());
      }
    }
    throw new FabricException(
        command.name()
            + " does not answer within "
            + TimeUnit.MILLISECONDS.toSeconds(STEP_MILLIS * STEPS)
            + " s"
            + command.details());
  }

  /** Looks for one step. */
  private static boolean hasEnded(ProcessHandle process) {
    try {
      process.onExit().get(STEP_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FabricException("interrupted while a node started", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a process cannot be waited for", e);
    }
  }
}
