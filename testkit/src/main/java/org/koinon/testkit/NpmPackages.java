package org.koinon.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The locked npm packages that the tests of one Maven profile need, installed by {@code npm ci}
 * from a folder of the sources into one of the build; again only when the lock file has changed.
 *
 * <p>Any number of threads may ask; one installs. A machine without Node.js gets an {@link
 * IOException} that says what to install.
 */
public final class NpmPackages {
  private static final String LOCK_FILE = "package-lock.json";
  private static final ReentrantLock INSTALLING = new ReentrantLock();

  private final String profile;
  private final Path source;
  private final Path target;
  private final String script;

  /**
   * The packages of {@code source}, for {@code target}.
   *
   * @param profile the Maven profile, named in errors
   * @param script the program beside them that the tests run, copied on each call
   */
  public NpmPackages(String profile, Path source, Path target, String script) {
    this.profile = profile;
    this.source = source;
    this.target = target;
    this.script = script;
  }

  /** The folder with packages and script. */
  public Path installed() throws IOException {
    INSTALLING.lock();
    try {
      Files.createDirectories(target);
      copy(script);
      Path done = target.resolve("installed-" + LOCK_FILE);
      boolean current = Files.exists(done) && Files.mismatch(source.resolve(LOCK_FILE), done) == -1;
      if (!current) {
        for (String file : List.of("package.json", LOCK_FILE, ".npmrc")) {
          copy(file);
        }
        run(target.resolve("node.log"), "node", "--version");
        run(target.resolve("install.log"), "npm", "ci", "--ignore-scripts");
        Files.copy(source.resolve(LOCK_FILE), done, StandardCopyOption.REPLACE_EXISTING);
      }
      return target;
    } finally {
      INSTALLING.unlock();
    }
  }

  private void copy(String file) throws IOException {
    Files.copy(source.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Runs a command beside the packages and waits for it. Its streams are its own: those of a test's
   * process belong to the build tool.
   */
  public void run(Path output, String... command) throws IOException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(target.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new IOException(
          "profile %s needs Node.js 20 or later: \"%s\" is not on the PATH. Install node and npm, or run without -P%s."
              .formatted(profile, command[0], profile),
          e);
    }
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "profile %s: \"%s\" ended with status %d; see %s"
                .formatted(profile, String.join(" ", command), status, output.toAbsolutePath()));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while installing npm packages", e);
    }
  }
}
