package org.koinon.cli;

import java.nio.file.Path;
import org.koinon.audit.Audit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a bundle for somebody who has nothing else. */
@Command(
    name = "export",
    description = "Write an export bundle: the whole log, for a reader who has nothing else.",
    footer = {
      "",
      "Example:",
      "  koinon audit export ledger.db heart.zip --archive a/archive --checkpoint a/checkpoint"
    })
final class AuditExport extends Action {
  @Mixin private AuditInput input = new AuditInput();

  @Parameters(index = "1", paramLabel = "BUNDLE", description = "The new file; none is replaced.")
  private Path bundle = Path.of("bundle.zip");

  @Option(
      names = "--with-archives",
      description = {
        "Put pieces and sums into the bundle, so that its reader can compute all again.",
        "Under policy open they show parts of each hospital's update in the clear."
      })
  private boolean withArchives;

  @Override
  public Integer call() {
    var written = Audit.export(input.request(), bundle, withArchives);
    say("Wrote " + written.file() + ": " + written.manifest().members().size() + " members.");
    if (written.lacksResults()) {
      say(
          "It holds entries only; with --archive DIR, a node's archive, also models, certificates,"
              + " released values and masked sums, from which its reader computes the results.");
    }
    return Faults.YES;
  }
}
