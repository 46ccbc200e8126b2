package org.koinon.network.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import org.koinon.network.fabric.FabricContainer;
import org.koinon.network.keys.PrivateFile;
import org.koinon.network.yaml.ConfigException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Writing what container engines read. */
final class ContainerFiles {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER, YAMLWriteFeature.SPLIT_LINES)
          .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE, YAMLWriteFeature.INDENT_ARRAYS)
          .build();
  private static final String MADE = "# Made from the network's definition; changes are lost.\n";

  private ContainerFiles() {}

  static String yaml(JsonNode tree) {
    return MADE + YAML.writeValueAsString(tree);
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** For its owner alone. */
  static void writeSecret(Path file, String text) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
    PrivateFile.replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A text file of at most a megabyte. */
  static String read(Path file) {
    try {
      if (Files.size(file) > 1 << 20) {
        throw new ConfigException(file.toString(), 0, "is longer than any certificate or key");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }

  /** The chaincode's jar, and how an image is made that holds it. */
  static void writeChaincode(Path folder, Path jar, ContainerImages images) {
    if (!Files.isRegularFile(jar)) {
      throw new ConfigException(
          jar.toString(), 0, "there is no such file: build the module chaincode first");
    }
    write(
        folder.resolve("Dockerfile"),
        "FROM %s\nCOPY chaincode.jar %s/chaincode.jar\n"
            .formatted(images.java(), FabricContainer.CHAINCODE_FOLDER));
    try {
      Files.copy(jar, folder.resolve("chaincode.jar"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ConfigException(folder.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes a node's files below a folder; scripts can be executed. */
  static void writeNode(Path folder, FabricContainer container) {
    for (Map.Entry<String, String> each : container.files().entrySet()) {
      Path file = below(folder, each.getKey());
      write(file, each.getValue());
      boolean isProgram = Objects.requireNonNull(file.getParent()).endsWith("bin");
      if (isProgram && !file.toFile().setExecutable(true, false)) {
        throw new ConfigException(file.toString(), 0, "cannot be made executable");
      }
    }
    container.secrets().forEach((path, text) -> writeSecret(below(folder, path), text));
  }

  /** Where a container's path is below its node's folder. */
  static Path below(Path folder, String path) {
    return folder.resolve(Path.of("/koinon").relativize(Path.of(path)));
  }
}
