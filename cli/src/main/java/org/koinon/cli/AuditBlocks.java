package org.koinon.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.source.BlockFile;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.audit.source.LedgerInput;
import org.koinon.network.node.FabricConfig;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.ledger.fabric.BlockExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes the blocks of a node's Fabric channel into a file. */
@Command(
    name = "blocks",
    description = {
      "Write all blocks of the node's Fabric channel, from its own peer, into a file.",
      "The other audit commands take it in place of a ledger file, and verify it."
    },
    footer = {
      "",
      "Example:",
      "  koinon audit blocks --config athens/node.yaml heart.blocks",
      "  koinon audit verify heart.blocks --genesis genesis.block"
    })
final class AuditBlocks extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Parameters(index = "0", paramLabel = "FILE", description = "The new file; none is replaced.")
  private Path target = Path.of("channel.blocks");

  @Override
  public Integer call() {
    say("Wrote " + target + ": " + write(node.file(), target) + " blocks.");
    return Faults.YES;
  }

  private static long write(Path nodeFile, Path target) {
    FabricConfig fabric = channel(nodeFile);
    return BlockFile.write(target, taker -> BlockExport.read(fabric, taker));
  }

  private static FabricConfig channel(Path nodeFile) {
    FabricConfig fabric = NodeConfig.read(nodeFile).ledger().fabric();
    if (fabric == null) {
      throw new ConfigException(
          nodeFile.toString(), 0, "names an embedded ledger, which has no blocks: audit its file");
    }
    return fabric;
  }

  /** The blocks that the node's peer has now, in a file that ends with this program. */
  static LedgerInput fetched(Path nodeFile, @Nullable ChannelRoot root) {
    FabricConfig fabric = channel(nodeFile);
    try {
      Path folder = Files.createTempDirectory("koinon-blocks");
      folder.toFile().deleteOnExit();
      Path file = folder.resolve("channel.blocks");
      var _ = write(nodeFile, file);
      file.toFile().deleteOnExit();
      String name = "channel " + fabric.channel() + ", read from the peer at " + fabric.peer();
      return new LedgerInput(file, root, name);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder can be made: " + e.getMessage(), e);
    }
  }
}
