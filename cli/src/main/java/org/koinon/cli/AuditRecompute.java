package org.koinon.cli;

import org.koinon.audit.Audit;
import org.koinon.audit.report.JsonReport;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.verify.AuditReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Does every result follow from the archives? */
@Command(
    name = "recompute",
    description = "Compute every sum and result again from the archives, bit for bit.",
    footer = {"", "Example:", "  koinon audit recompute ledger.db --archive a/archive b/archive"})
final class AuditRecompute extends Action {
  @Mixin private AuditInput input = new AuditInput();

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AuditReport report = Audit.recompute(input.request());
    out().print(json ? JsonReport.of(report) : TextReport.of(report));
    out().flush();
    return report.isRecomputed() ? Faults.YES : Faults.NO;
  }
}
