package org.koinon.system.containers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * The image of a hospital's node: the program as the build packs it, and a Java runtime cut from
 * the one that runs this test, on a base that the system property {@code koinon.base.image} names.
 */
final class NodeImage {
  private static final String BASE = "koinon.base.image";
  private static final String PROGRAM = "koinon.home";
  private static final String MODULES = "java.se,jdk.crypto.ec,jdk.management,jdk.unsupported";
  private static final long PATIENCE_SECONDS = 180;

  private NodeImage() {}

  /** Builds it; {@code work} takes the runtime. */
  static ImageFromDockerfile build(Path work) throws IOException, InterruptedException {
    Path program = Path.of(property(PROGRAM));
    if (!Files.isRegularFile(program.resolve("koinon.jar"))) {
      throw new IllegalStateException(
          program + " holds no koinon.jar; make it with: mvn package -pl cli -am");
    }
    return new ImageFromDockerfile("koinon/node-test", false)
        .withFileFromClasspath("Dockerfile", "containers/Dockerfile")
        .withFileFromPath("runtime", runtime(work.resolve("runtime")))
        .withFileFromPath("koinon/koinon.jar", program.resolve("koinon.jar"))
        .withFileFromPath("koinon/lib", program.resolve("lib"))
        .withBuildArg("BASE", property(BASE));
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  private static Path runtime(Path target) throws IOException, InterruptedException {
    Path log = target.resolveSibling("jlink.log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                    "--add-modules",
                    MODULES,
                    "--strip-debug",
                    "--no-header-files",
                    "--no-man-pages",
                    "--output",
                    target.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IllegalStateException("jlink: " + Files.readString(log));
    }
    return target;
  }
}
