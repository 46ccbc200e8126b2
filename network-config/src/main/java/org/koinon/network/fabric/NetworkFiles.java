package org.koinon.network.fabric;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.koinon.network.fabric.NetworkLayout.Orderer;
import org.koinon.network.fabric.NetworkLayout.Peer;
import org.koinon.network.yaml.ConfigException;

/** The files of a network that hold nothing which does not follow from its definition. */
final class NetworkFiles {
  private NetworkFiles() {}

  /** Writes all of them. */
  static void write(NetworkLayout layout) {
    for (Orderer orderer : layout.orderers()) {
      write(orderer.home().resolve("orderer.yaml"), NodeConfiguration.orderer(layout, orderer));
    }
    for (Peer peer : layout.peers()) {
      write(peer.home().resolve("core.yaml"), NodeConfiguration.peer(layout, peer));
      ChaincodeConnection.write(layout, peer);
    }
    write(layout.configtx(), ConfigTx.yaml(layout));
    for (String script : List.of("detect", "build", "release")) {
      Path file = layout.builder().resolve("bin").resolve(script);
      write(file, Template.text(script));
      if (!file.toFile().setExecutable(true, true)) {
        throw new ConfigException(file.toString(), 0, "cannot be made executable");
      }
    }
    try {
      Files.write(layout.chaincodePackage(), ChaincodePackage.bytes());
    } catch (IOException e) {
      throw new ConfigException(
          layout.chaincodePackage().toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes or replaces a file, in a folder that is made if need be. */
  static void write(Path file, String text) {
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
  }

  /** Removes a folder with all that is in it, if it is there. */
  static void deleteTree(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new FabricException("cannot remove " + tree + ": " + e.getMessage(), e);
    }
  }
}
