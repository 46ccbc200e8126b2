package org.koinon.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.koinon.peer.dataset.DesignMatrix;
import org.koinon.peer.training.Architecture;
import org.koinon.peer.training.Effort;
import org.koinon.peer.training.LocalOptimiser;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.TrainingException;
import org.koinon.peer.training.TrainingPlan;
import org.koinon.peer.training.djl.DjlTrainer;

/** What any node needs of its machine. */
final class MachineChecks {
  private static final int JAVA_LEAST = 25;
  private static final long HEAP_LEAST_BYTES = 256L << 20;

  private MachineChecks() {}

  static List<Check> all() {
    List<Check> checks = new ArrayList<>();
    checks.add(java());
    checks.add(memory());
    checks.add(training(TrainingDevice.CPU));
    libtorch().ifPresent(checks::add);
    return checks;
  }

  private static Check java() {
    String found =
        "Java "
            + Runtime.version()
            + " on "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch");
    return Runtime.version().feature() >= JAVA_LEAST
        ? Check.ok("java", found)
        : Check.fail("java", found, "install a JDK " + JAVA_LEAST + " and set KOINON_JAVA_HOME");
  }

  private static Check memory() {
    long most = Runtime.getRuntime().maxMemory();
    String found = "at most " + (most >> 20) + " MiB of heap";
    return most >= HEAP_LEAST_BYTES
        ? Check.ok("memory", found)
        : Check.warn(
            "memory", found, "give the machine more memory, or set JAVA_TOOL_OPTIONS=-Xmx1g");
  }

  /** Trains one step for real: nothing less shows that the natives load and work. */
  static Check training(TrainingDevice device) {
    String subject = device == TrainingDevice.GPU ? "gpu" : "pytorch";
    double[][] rows = {{0, 1}, {1, 0}, {1, 1}, {0, 0}};
    DesignMatrix table =
        DesignMatrix.of(List.of("a", "b"), rows, new boolean[] {true, false, true, false});
    Architecture logistic = new Architecture.Logistic();
    TrainingPlan plan =
        new TrainingPlan(
            logistic,
            new LocalOptimiser.Sgd(0.1),
            rows.length,
            new Effort.Updates(1),
            TrainingPlan.Penalty.NONE,
            1);
    try {
      var result = new DjlTrainer(device, 1).train(logistic.initial(2, 1), table, plan, 0);
      return result.parameters().isFinite()
          ? Check.ok(subject, "loads and trains")
          : Check.fail(subject, "trains to numbers that are not finite", "reinstall Koinon");
    } catch (TrainingException e) {
      return Check.fail(subject, e);
    }
  }

  private static Optional<Check> libtorch() {
    String own = System.getenv("PYTORCH_LIBRARY_PATH");
    if (own == null) {
      return Optional.empty();
    }
    return Optional.of(
        Files.isDirectory(Path.of(own))
            ? Check.ok(
                "libtorch", "PYTORCH_LIBRARY_PATH names " + own + "; it must be libtorch 2.7.1")
            : Check.fail(
                "libtorch",
                "PYTORCH_LIBRARY_PATH names " + own + ", which is no folder",
                "name the lib folder of libtorch 2.7.1, or unset it"));
  }
}
