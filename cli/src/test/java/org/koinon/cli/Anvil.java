package org.koinon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.koinon.audit.anchor.LocalChain;
import org.koinon.testkit.NpmPackages;

/** The EVM node of the tests of {@code ledger-audit}. */
final class Anvil {
  private static final Path AUDIT = Path.of("..", "ledger-audit");

  private Anvil() {}

  /** From npm where it has one for this machine, else the one that is installed. */
  static Path program() throws IOException {
    NpmPackages packages =
        new NpmPackages(
            "anchor",
            AUDIT.resolve("src/test/anchor"),
            AUDIT.resolve("target/anchor"),
            "compile.mjs");
    Optional<Path> own = LocalChain.program(System.getenv());
    try (Stream<Path> found =
        Files.find(
            packages.installed(),
            6,
            (file, a) -> file.endsWith("bin/anvil") && Files.isExecutable(file))) {
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
}
