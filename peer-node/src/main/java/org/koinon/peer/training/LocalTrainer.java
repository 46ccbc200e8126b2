package org.koinon.peer.training;

import org.koinon.peer.dataset.DesignMatrix;

/**
 * Trains on a hospital's own rows.
 *
 * <p>Guarantee: blocks until done; equal arguments on one machine, device and thread count give
 * equal bits; one training runs at a time in a process and others wait their turn; interrupting the
 * caller stops it within one update. Callable from any thread.
 */
public interface LocalTrainer {
  /**
   * Continues from {@code base}.
   *
   * @param updatesDone updates of earlier rounds with the same seed; 0 at first
   * @throws TrainingException when the shapes do not fit, a number stops being finite, the caller
   *     was interrupted, or the machine cannot train
   */
  TrainingResult train(ParameterSet base, DesignMatrix rows, TrainingPlan plan, long updatesDone);
}
