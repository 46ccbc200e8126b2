package org.koinon.cli;

import org.koinon.audit.Audit;
import org.koinon.audit.report.JsonReport;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.verify.AuditReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The rounds of a log. */
@Command(
    name = "rounds",
    description = "Who contributed what to which round, under which consent.",
    footer = {"", "Example:", "  koinon audit rounds ledger.db --json"})
final class AuditRounds extends Action {
  @Mixin private AuditInput input = new AuditInput();

  @Option(names = "--json", description = "Print the rounds as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AuditReport report = Audit.verify(input.request());
    out().print(json ? JsonReport.rounds(report.rounds()) : TextReport.rounds(report.rounds()));
    out().flush();
    boolean verified = report.verdict() == AuditReport.Verdict.VERIFIED;
    if (!verified) {
      err().println("The log has findings; see: koinon audit verify");
    }
    return verified ? Faults.YES : Faults.NO;
  }
}
