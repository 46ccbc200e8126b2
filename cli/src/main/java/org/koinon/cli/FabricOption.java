package org.koinon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.study.MemberId;
import org.koinon.network.consortium.ConsortiumFile;
import org.koinon.network.consortium.ConsortiumFolder;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import org.koinon.network.fabric.FabricNetworkDefinition.Organisation;
import org.koinon.network.fabric.FabricPrograms;
import org.koinon.network.yaml.ConfigException;
import picocli.CommandLine.Option;

/**
 * The options that say which consortium's Fabric network is meant: the consortium's folder holds
 * its definition ({@code fabric.yaml}) and the network ({@code fabric/}).
 */
final class FabricOption {
  /** File of the definition, as a person writes it. */
  static final String DEFINITION = "fabric.yaml";

  private static final String NETWORK = "fabric";

  @Option(
      names = "--fabric",
      required = true,
      paramLabel = "DIR",
      description = "The consortium's folder; its Fabric network is in DIR/fabric.")
  private Path folder = Path.of(".");

  @Option(
      names = "--fabric-bin",
      paramLabel = "BIN",
      description = "Folder of Hyperledger Fabric's programs (FABRIC_BIN, else the PATH).")
  private @Nullable Path programs;

  Path folder() {
    return folder;
  }

  FabricPrograms programs() {
    return FabricPrograms.find(
        programs == null
            ? System.getenv()
            : Map.of(FabricPrograms.FOLDER, programs.toAbsolutePath().toString()));
  }

  /** The network that stands. */
  FabricNetwork open() {
    return FabricNetwork.open(folder.resolve(NETWORK), new SecureRandom(), InstantSource.system());
  }

  /**
   * The network that stands, or a new one from the definition, which is written if there is none.
   */
  FabricNetwork openOrCreate() {
    Path file = folder.resolve(DEFINITION);
    if (Files.exists(folder.resolve(NETWORK))) {
      FabricNetwork standing = open();
      if (Files.exists(file)
          && !FabricNetworkDefinition.read(file).isFoundingOf(standing.definition())) {
        throw new ConfigException(
            file.toString(),
            0,
            "is not what the network in "
                + folder.resolve(NETWORK)
                + " was founded on: undo the change; members join by koinon network add-member");
      }
      return standing;
    }
    FabricNetworkDefinition definition =
        Files.exists(file) ? FabricNetworkDefinition.read(file) : written(file);
    return FabricNetwork.create(
        folder.resolve(NETWORK), definition, folder, new SecureRandom(), InstantSource.system());
  }

  /** Has the members' node files in the folder name the network's channel. */
  void writeSections(FabricNetwork network, Consumer<String> say) {
    List<MemberId> members =
        network.definition().organisations().stream().map(Organisation::id).toList();
    LedgerSections.write(network, folder, members, say);
  }

  private FabricNetworkDefinition written(Path file) {
    FabricNetworkDefinition definition =
        FabricNetworkDefinition.of(ConsortiumFile.read(folder.resolve(ConsortiumFolder.CONSORTIUM)))
            .onFreePorts();
    try {
      Files.writeString(file, definition.yaml());
    } catch (IOException e) {
      throw new ConfigException(file.toString(), "cannot be written: " + e.getMessage(), e);
    }
    return definition;
  }
}
