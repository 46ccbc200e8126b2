package org.koinon.network.fabric;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.koinon.network.yaml.ConfigException;

/** Where Hyperledger Fabric's own programs are on this machine. */
public final class FabricPrograms {
  /** Name of the environment's variable for their folder. */
  public static final String FOLDER = "FABRIC_BIN";

  /** The programs that a network needs. */
  enum Program {
    CONFIGTXGEN,
    CONFIGTXLATOR,
    ORDERER,
    OSNADMIN,
    PEER;

    String file() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Program, Path> files;

  private FabricPrograms(Map<Program, Path> files) {
    this.files = files;
  }

  /**
   * Finds them in the folder that {@code FABRIC_BIN} names, else on the {@code PATH}.
   *
   * @param environment of the process
   */
  public static FabricPrograms find(Map<String, String> environment) {
    String folder = environment.getOrDefault(FOLDER, "");
    List<String> places =
        folder.isEmpty()
            ? List.of(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
            : List.of(folder);
    Map<Program, Path> files = new EnumMap<>(Program.class);
    for (Program program : Program.values()) {
      locate(program, places).ifPresent(file -> files.put(program, file));
    }
    List<String> missing =
        Stream.of(Program.values())
            .filter(program -> !files.containsKey(program))
            .map(Program::file)
            .toList();
    if (!missing.isEmpty()) {
      throw new ConfigException(
          folder.isEmpty() ? "Hyperledger Fabric" : FOLDER + "=" + folder,
          0,
          absence(folder, missing)
              + ".\n"
              + "Get hyperledger-fabric 3.1 for this system from"
              + " https://github.com/hyperledger/fabric/releases, and set "
              + FOLDER
              + " to its bin folder; with Docker its nodes run from images instead"
              + " (koinon network export --compose), and only network join needs these programs.");
    }
    return new FabricPrograms(files);
  }

  private static String absence(String folder, List<String> missing) {
    String programs = String.join(", ", missing) + (missing.size() == 1 ? " is" : " are");
    if (folder.isEmpty()) {
      return programs + " neither in " + FOLDER + " (not set) nor on the PATH";
    }
    return path(folder, "").filter(Files::isDirectory).isEmpty()
        ? "there is no such folder"
        : "Hyperledger Fabric's " + programs + " not there";
  }

  private static Optional<Path> locate(Program program, List<String> places) {
    return places.stream()
        .filter(place -> !place.isEmpty())
        .flatMap(place -> path(place, program.file()).stream())
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** A PATH may hold anything. */
  private static Optional<Path> path(String folder, String file) {
    try {
      return Optional.of(Path.of(folder, file).toAbsolutePath());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Fabric's client for administrators, {@code peer}. */
  public Path peer() {
    return file(Program.PEER);
  }

  Path file(Program program) {
    return java.util.Objects.requireNonNull(files.get(program));
  }
}
