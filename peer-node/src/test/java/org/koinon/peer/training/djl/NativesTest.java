package org.koinon.peer.training.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.peer.training.Architecture;
import org.koinon.peer.training.Effort;
import org.koinon.peer.training.LocalOptimiser;
import org.koinon.peer.training.Samples;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.TrainingException;
import org.koinon.peer.training.TrainingPlan;

class NativesTest {
  @Test
  void the_bridge_to_pytorch_is_there_for_every_platform_with_a_profile() {
    for (String library :
        List.of(
            "linux-x86_64/cpu/libdjl_torch.so",
            "linux-aarch64/cpu/libdjl_torch.so",
            "osx-aarch64/cpu/libdjl_torch.dylib",
            "win-x86_64/cpu/djl_torch.dll")) {
      assertThat(NativesTest.class.getResource("/jnilib/" + library)).as(library).isNotNull();
    }
  }

  @Test
  void a_machine_without_natives_is_told_in_words_and_nothing_is_fetched(@TempDir Path cache)
      throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("pytorch-native"))
            .collect(Collectors.joining(File.pathSeparator));
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            OneTraining.class.getName());
    builder.environment().put("DJL_CACHE_DIR", cache.toString());
    builder.environment().remove("PYTORCH_LIBRARY_PATH");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(3);
    assertThat(output)
        .contains("PyTorch cannot be loaded on")
        .contains("PYTORCH_LIBRARY_PATH")
        .contains("Offline mode");
  }

  /** Trains once; exits with 3 and prints the sentence if the machine cannot. */
  static final class OneTraining {
    private OneTraining() {}

    public static void main(String[] args) {
      var logistic = new Architecture.Logistic();
      var plan =
          new TrainingPlan(
              logistic,
              new LocalOptimiser.Sgd(0.1),
              4,
              new Effort.Updates(1),
              TrainingPlan.Penalty.NONE,
              1);
      try {
        new DjlTrainer(TrainingDevice.CPU, 1)
            .train(logistic.initial(2, 1), Samples.rows(4, 2, 1), plan, 0);
      } catch (TrainingException e) {
        System.out.println(e.getMessage());
        System.exit(3);
      }
    }
  }
}
