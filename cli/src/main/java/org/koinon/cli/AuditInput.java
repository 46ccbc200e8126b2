package org.koinon.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.source.LedgerInput;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be audited. */
final class AuditInput {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = {
        "A ledger file, an export bundle, or a file or folder of a Fabric channel's blocks.",
        "It is never written to. Of a node's file (.yaml) the channel's blocks are read now,",
        "from the Fabric peer that it names."
      })
  private Path file = Path.of("ledger.db");

  @Option(
      names = "--checkpoint",
      arity = "1..*",
      paramLabel = "FILE",
      description = "After FILE: signed checkpoints to hold the log against; they show a cut end.")
  private List<Path> checkpoints = new ArrayList<>();

  @Option(
      names = "--archive",
      arity = "1..*",
      paramLabel = "DIR",
      description = "After FILE: archive folders of nodes, to compute rounds again.")
  private List<Path> archives = new ArrayList<>();

  @Mixin private ChannelOption channel = new ChannelOption();

  AuditRequest request() {
    LedgerInput ledger =
        isNode()
            ? AuditBlocks.fetched(file, channel.root())
            : new LedgerInput(file, channel.root());
    return new AuditRequest(ledger, checkpoints, archives, List.of());
  }

  private boolean isNode() {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }
}
