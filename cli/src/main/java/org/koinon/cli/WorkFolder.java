package org.koinon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koinon.network.yaml.ConfigException;

/** The folder that a run keeps everything in. */
public final class WorkFolder {
  private WorkFolder() {}

  /**
   * The named folder, which is made if need be, or a temporary one.
   *
   * @throws ConfigException if it holds anything, or cannot be made
   */
  public static Path of(@Nullable Path named, String prefix) {
    try {
      if (named == null) {
        return Files.createTempDirectory(prefix);
      }
      Path folder = named.toAbsolutePath().normalize();
      Files.createDirectories(folder);
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new ConfigException(
              folder.toString(), 0, "is not empty; name a new folder with --work");
        }
      }
      return folder;
    } catch (IOException e) {
      throw new ConfigException(
          String.valueOf(named), "cannot be made: " + e.getMessage() + "; name another folder", e);
    }
  }
}
