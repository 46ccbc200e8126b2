package org.koinon.peer.time;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Time and waiting. All waits of a node's code go through here, so that a simulation can be one
 * task at a time in an order that its seed decides.
 */
public interface Timeline {
  /** Milliseconds since some fixed moment; never goes back. */
  long now();

  /**
   * Blocks until the condition holds or the time has come.
   *
   * @param condition asked again whenever something may have changed; may read the ledger
   * @param deadline in the milliseconds of {@link #now}
   * @return whether the condition held
   */
  boolean await(BooleanSupplier condition, long deadline);

  /** Something may have changed: waiting conditions are asked again. Callable from any thread. */
  void wake();

  /** Runs all tasks, at the same time where time is real, and returns when all have ended. */
  void all(List<Runnable> tasks);
}
