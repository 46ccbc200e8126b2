package org.koinon.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.report.TextReport;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.verify.opening.OpenedUpdate;
import org.koinon.audit.verify.opening.OpeningAudit;
import org.koinon.audit.verify.opening.OpeningRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One hospital's contribution, opened to one authority. */
@Command(
    name = "open",
    description = {
      "Open one hospital's own contribution to one masked round, from its sealed box, and check it"
          + " against the ledger.",
      "With --to, seal it for an authority's key instead and show nothing."
    },
    footer = {
      "",
      "Example:",
      "  koinon audit open ledger.db --box heart-3.box --key athens-opening.key --record opened"
    })
final class AuditOpen extends Action {
  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "A ledger file, an export bundle or a channel's blocks.")
  private Path file = Path.of("ledger.db");

  @Mixin private ChannelOption channel = new ChannelOption();

  @Option(names = "--box", required = true, paramLabel = "FILE", description = "The sealed box.")
  private Path box = Path.of("opening.box");

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description = "The secret key that it was sealed for.")
  private Path key = Path.of("opening.key");

  @Option(
      names = "--record",
      paramLabel = "DIR",
      description = "The authority's own record of whom it opened; it holds to the limit.")
  private @Nullable Path record;

  @Option(
      names = "--values",
      paramLabel = "FILE",
      description = "Also write the numbers of the update to a new file, 0600.")
  private @Nullable Path values;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "An authority's public key: seal the opening for it, into --out.")
  private @Nullable Path authority;

  @Option(names = "--out", paramLabel = "FILE", description = "The new box for the authority.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    LedgerInput ledger = new LedgerInput(file, channel.root());
    if (authority != null) {
      Path target = Optional.ofNullable(out).orElseGet(() -> Path.of(box + ".handed-over"));
      OpeningAudit.handOver(ledger, box, key, authority, target);
      say("Sealed for " + authority + ": " + target);
      return Faults.YES;
    }
    Path folder = Optional.ofNullable(record).orElseGet(() -> Path.of("opened"));
    OpenedUpdate opened = OpeningAudit.open(ledger, box, key, new OpeningRecord(folder));
    out().print(TextReport.opened(opened));
    out().flush();
    if (values != null && opened.faults().isEmpty()) {
      opened.write(values);
      say("Numbers: " + values);
    }
    return opened.faults().isEmpty() ? Faults.YES : Faults.NO;
  }
}
