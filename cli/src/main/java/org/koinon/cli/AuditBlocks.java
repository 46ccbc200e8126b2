package org.koinon.cli;

import java.nio.file.Path;
import org.koinon.audit.source.BlockFile;
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
      "Write all blocks of the node's Fabric channel, from its own peer, into a file that the"
          + " other",
      "audit commands take in place of a ledger file. They are verified there, not here."
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
    FabricConfig fabric = channel(node.file());
    long blocks = BlockFile.write(target, taker -> BlockExport.read(fabric, taker));
    say("Wrote " + target + ": " + blocks + " blocks.");
    return Faults.YES;
  }

  /** The channel that a node's file names. */
  static FabricConfig channel(Path file) {
    FabricConfig fabric = NodeConfig.read(file).ledger().fabric();
    if (fabric == null) {
      throw new ConfigException(
          file.toString(), 0, "names an embedded ledger, which has no blocks: audit its file");
    }
    return fabric;
  }
}
