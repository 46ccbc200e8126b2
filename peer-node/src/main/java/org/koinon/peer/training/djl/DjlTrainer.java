package org.koinon.peer.training.djl;

import ai.djl.Device;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.ParameterSet;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.TrainingException;
import org.koinon.peer.training.TrainingPlan;
import org.koinon.peer.training.TrainingResult;

/**
 * Trains on PyTorch, which comes with Koinon for the CPU. {@code PYTORCH_LIBRARY_PATH} names the
 * folder of another libtorch 2.7.1, such as one built for CUDA 12.8; {@code DJL_CACHE_DIR} names
 * the folder where the native library (432 MB) is unpacked on first use.
 *
 * <p>All trainers of a process share one platform thread; nothing is loaded before the first
 * training. Makes no network call.
 */
public final class DjlTrainer implements LocalTrainer {
  private final TrainingDevice device;
  private final int threads;

  /**
   * On a device with so many PyTorch threads.
   *
   * @param threads 1 to 256; fixed, because another count may change the last bits of a result. 1
   *     is fastest for tables
   */
  public DjlTrainer(TrainingDevice device, int threads) {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("PyTorch runs 1 to 256 threads: " + threads);
    }
    this.device = device;
    this.threads = threads;
  }

  @Override
  public TrainingResult train(
      ParameterSet base, DesignMatrix rows, TrainingPlan plan, long updatesDone) {
    if (rows.rows() == 0) {
      throw new TrainingException("There are no rows to train on: check folds and consents.");
    }
    if (updatesDone < 0) {
      throw new IllegalArgumentException("Updates count from 0: " + updatesDone);
    }
    if (!plan.architecture().shapes(rows.columns()).equals(base.shapes())) {
      throw new TrainingException(
          "The base model does not fit: "
              + plan.architecture()
              + " over "
              + rows.columns()
              + " features has the tensors "
              + plan.architecture().shapes(rows.columns())
              + ", the base model "
              + base.shapes()
              + ". Check the study's model against the schema.");
    }
    if (!base.isFinite()) {
      throw new TrainingException("The base model holds a number that is not finite.");
    }
    return PyTorch.call(
        threads,
        () -> {
          Device chosen = PyTorch.device(device);
          try (var loop = new TrainingLoop(chosen, base, rows, plan)) {
            return loop.run(updatesDone);
          }
        });
  }
}
