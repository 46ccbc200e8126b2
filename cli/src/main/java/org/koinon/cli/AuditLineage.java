package org.koinon.cli;

import java.util.Optional;
import org.koinon.audit.Audit;
import org.koinon.audit.lineage.Lineage;
import org.koinon.audit.report.JsonReport;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.verify.AuditReport;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.lineage.ModelId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where a model came from. */
@Command(
    name = "lineage",
    description = "Where a model came from: rounds, contributors, consents, base models.",
    footer = {"", "Example:", "  koinon audit lineage ledger.db 3f0a...64 digits"})
final class AuditLineage extends Action {
  @Mixin private AuditInput input = new AuditInput();

  @Parameters(index = "1", paramLabel = "MODEL", description = "The model's id, 64 hex digits.")
  private ModelId model = ModelId.of(Digest.tagged("koinon/no-model/v1"));

  @Option(names = "--json", description = "Print the lineage as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AuditReport report = Audit.verify(input.request());
    Optional<Lineage> lineage = Lineage.of(model, report.rounds());
    if (lineage.isEmpty()) {
      err().println("No verified round of this ledger names the model " + model + ".");
      return Faults.NO;
    }
    out().print(json ? JsonReport.lineage(lineage.get()) : TextReport.lineage(lineage.get()));
    out().flush();
    boolean verified = report.verdict() == AuditReport.Verdict.VERIFIED;
    if (!verified) {
      err().println("The log has findings; see: koinon audit verify");
    }
    return verified ? Faults.YES : Faults.NO;
  }
}
