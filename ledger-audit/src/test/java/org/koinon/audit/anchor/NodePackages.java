package org.koinon.audit.anchor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.koinon.testkit.NpmPackages;

/**
 * The packages of {@code src/test/anchor} (the Solidity compiler and local EVM nodes), installed
 * into {@code target/anchor}.
 */
final class NodePackages {
  private static final NpmPackages PACKAGES =
      new NpmPackages(
          "anchor", Path.of("src/test/anchor"), Path.of("target/anchor"), "compile.mjs");

  private NodePackages() {}

  /** The folder that holds them. */
  static Path installed() throws IOException {
    return PACKAGES.installed();
  }

  /** The EVM node: from npm where it has one for this machine, else the one that is installed. */
  static Path anvil() throws IOException {
    Optional<Path> own = LocalChain.program(System.getenv());
    try (Stream<Path> found = Files.find(installed(), 6, (file, a) -> isAnvil(file))) {
      return found
          .findFirst()
          .map(Path::toAbsolutePath)
          .or(() -> own)
          .orElseThrow(
              () ->
                  new IOException(
                      "profile anchor: npm has no anvil for this machine; install it and put it on"
                          + " the PATH or into KOINON_ANVIL"));
    }
  }

  private static boolean isAnvil(Path file) {
    return file.endsWith("bin/anvil") && Files.isExecutable(file);
  }

  static void run(Path output, String... command) throws IOException {
    PACKAGES.run(output, command);
  }
}
