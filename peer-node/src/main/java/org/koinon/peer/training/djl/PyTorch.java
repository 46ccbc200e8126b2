package org.koinon.peer.training.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.TrainingException;

/** The process's one PyTorch: started on first use, used by one platform thread. */
final class PyTorch {
  // DJL keeps gradients per thread and a second training at the same time gains nothing: one thread
  // is the permit. Its queue is bounded by the callers, each of which waits for its own task.
  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("koinon-training").factory());

  private PyTorch() {}

  /** Runs a task on the training thread and waits for it. */
  static <T> T call(int threads, Callable<T> task) {
    Future<T> future =
        THREAD.submit(
            () -> {
              start();
              // The count belongs to the calling thread in OpenMP, so it is set here, every time.
              JniUtils.setNumThreads(threads);
              return task.call();
            });
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new TrainingException("Training was interrupted; nothing was changed.", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof TrainingException known) {
        throw new TrainingException(String.valueOf(known.getMessage()), e);
      }
      throw new TrainingException("PyTorch failed while training: " + cause, e);
    }
  }

  /** Loads the engine; every later call is cheap. */
  private static void start() {
    // DJL asks cloud metadata and a download bucket otherwise, which nobody here asked for.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    try {
      var engine = Engine.getEngine("PyTorch");
      if (engine == null) {
        throw new TrainingException("PyTorch is not part of this installation: reinstall Koinon.");
      }
    } catch (RuntimeException | LinkageError e) {
      throw new TrainingException(
          "PyTorch cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ". Install the Koinon build for this machine (natives exist for Linux x86_64 and"
              + " aarch64, macOS aarch64, Windows x86_64), or set PYTORCH_LIBRARY_PATH to the lib"
              + " folder of libtorch 2.7.1. The cause was: "
              + deepest(e).getMessage(),
          e);
    }
  }

  private static Throwable deepest(Throwable fault) {
    Throwable cause = fault.getCause();
    return cause == null ? fault : deepest(cause);
  }

  static Device device(TrainingDevice wanted) {
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    return switch (wanted) {
      case CPU -> Device.cpu();
      case AUTO -> gpus > 0 ? Device.gpu() : Device.cpu();
      case GPU -> {
        if (gpus == 0) {
          throw new TrainingException(
              "Device gpu is set but PyTorch sees none: install a CUDA build of libtorch 2.7.1 and"
                  + " name its lib folder in PYTORCH_LIBRARY_PATH, or set device: auto.");
        }
        yield Device.gpu();
      }
    };
  }
}
