package org.koinon.audit.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder that only this user can read (mode 0700); deleted when closed. */
record PrivateFolder(Path path) implements AutoCloseable {
  static PrivateFolder create() {
    try {
      return new PrivateFolder(Files.createTempDirectory("koinon-audit"));
    } catch (IOException e) {
      throw new BadInputException("no temporary folder can be made: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
