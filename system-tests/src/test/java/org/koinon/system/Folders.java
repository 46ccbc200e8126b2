package org.koinon.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies of what nodes left on their disks. */
final class Folders {
  private Folders() {}

  /** All of a folder under another name. */
  static Path copy(Path folder, Path target) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.toList()) {
        Files.copy(one, target.resolve(folder.relativize(one).toString()));
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder has what the other one has, and nothing else. */
  static void replace(Path folder, Path other) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> inner = all.sorted(Comparator.reverseOrder()).toList();
      for (Path one : inner) {
        Files.delete(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var _ = copy(other, folder);
  }
}
