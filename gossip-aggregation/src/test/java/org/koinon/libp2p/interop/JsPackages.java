package org.koinon.libp2p.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The js packages of {@code src/test/js}, installed by {@code npm ci} into {@code target/js-peer};
 * again only when the lock file has changed.
 */
final class JsPackages {
  private static final Path SOURCE = Path.of("src/test/js");
  private static final Path TARGET = Path.of("target/js-peer");
  private static final String LOCK_FILE = "package-lock.json";
  private static final ReentrantLock INSTALLING = new ReentrantLock();

  private JsPackages() {}

  /** The folder with packages and {@code peer.mjs}. */
  static Path installed() throws IOException {
    INSTALLING.lock();
    try {
      Files.createDirectories(TARGET);
      copy("peer.mjs");
      Path done = TARGET.resolve("installed-" + LOCK_FILE);
      boolean current = Files.exists(done) && Files.mismatch(SOURCE.resolve(LOCK_FILE), done) == -1;
      if (!current) {
        for (String file : List.of("package.json", LOCK_FILE, ".npmrc")) {
          copy(file);
        }
        run("node", "--version");
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        Files.copy(SOURCE.resolve(LOCK_FILE), done, StandardCopyOption.REPLACE_EXISTING);
      }
      return TARGET;
    } finally {
      INSTALLING.unlock();
    }
  }

  private static void copy(String file) throws IOException {
    Files.copy(SOURCE.resolve(file), TARGET.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Its streams are its own: those of a test's process belong to the build tool. */
  private static void run(String... command) throws IOException {
    Path log = TARGET.resolve("install.log");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(TARGET.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new IOException(
          "profile interop needs Node.js 20 or later: \""
              + command[0]
              + "\" is not on the PATH. Install node and npm, or run without -Pinterop.",
          e);
    }
    try {
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "profile interop: \""
                + String.join(" ", command)
                + "\" ended with status "
                + status
                + "; see "
                + log.toAbsolutePath());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while installing js packages", e);
    }
  }
}
