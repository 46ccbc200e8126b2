package org.koinon.audit.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.lineage.Lineage;
import org.koinon.audit.source.ArchiveSize;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.audit.verify.RoundRecompute;
import org.koinon.audit.verify.opening.OpenedUpdate;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyKind;

/** Reports for people: plain text of at most 100 columns. */
public final class TextReport {
  private TextReport() {}

  /** The whole report of an audit. */
  public static String of(AuditReport report) {
    Page page = new Page();
    page.line(report.verdict().name());
    page.line("");
    page.line("Ledger     " + report.source());
    report.consortium().ifPresent(id -> page.line("Consortium " + id));
    String judged =
        report.judged() == report.size()
            ? "Entries    " + report.size() + ", all verified"
            : "Entries    "
                + report.size()
                + ", of which the first "
                + report.judged()
                + " are verified; the others are not judged";
    page.line(judged);
    page.line("Root       " + report.root());
    page.item("End       ", report.end().sentence());
    report.channel().ifPresent(blocks -> page.item("Channel   ", blocks.sentence()));
    report.anchors().forEach(cover -> page.item("Anchor    ", cover.sentence()));
    findings(page, report.findings());
    policies(page, report);
    faults(page, report.rounds());
    report.recomputed().ifPresent(rounds -> recomputed(page, rounds));
    page.heading("What this report cannot show");
    report.cannotProve().forEach(limit -> page.item("-", limit));
    return page.text();
  }

  private static void findings(Page page, List<Finding> findings) {
    if (!findings.isEmpty()) {
      page.heading(findings.size() == 1 ? "1 finding" : findings.size() + " findings");
      findings.forEach(
          finding -> page.item("-", finding.rule() + refusal(finding) + ": " + finding.sentence()));
    }
  }

  private static String refusal(Finding finding) {
    return finding instanceof Finding.OfEntry entry && entry.refusal() != null
        ? " (" + entry.refusal() + ")"
        : "";
  }

  private static void policies(Page page, AuditReport report) {
    if (!report.rounds().isEmpty()) {
      page.heading("Studies");
      report
          .policies()
          .forEach(
              (study, policy) -> {
                long rounds =
                    report.rounds().stream().filter(r -> r.study().id().equals(study)).count();
                String named = policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
                page.item(
                    "-",
                    study + ": " + rounds + " rounds, policy " + named + ". " + policy.promise());
              });
    }
  }

  private static void faults(Page page, List<RoundAudit> rounds) {
    List<RoundAudit> notable =
        rounds.stream()
            .filter(
                round ->
                    !round.faults().isEmpty()
                        || round.nearDifference() != null
                        || !round.silent().isEmpty())
            .toList();
    if (!notable.isEmpty()) {
      page.heading("On record");
      for (RoundAudit round : notable) {
        round.faults().forEach(f -> page.item("-", round.round() + ": " + f.sentence()));
        near(round).ifPresent(near -> page.item("-", round.round() + ": " + near));
        silent(round).ifPresent(silent -> page.item("-", round.round() + ": " + silent));
      }
    }
  }

  private static Optional<String> near(RoundAudit round) {
    return Optional.ofNullable(round.nearDifference())
        .map(
            members ->
                "its set differs from the last opened one by "
                    + members
                    + (members == 1 ? " member" : " members")
                    + "; the two results together show something of them (near difference)");
  }

  private static Optional<String> silent(RoundAudit round) {
    return Optional.of(round.silent())
        .filter(silent -> !silent.isEmpty())
        .map(
            silent ->
                "lost after its opening; from then on the ledger has no word of "
                    + silent.stream().map(MemberId::value).collect(Collectors.joining(", ")));
  }

  private static void recomputed(Page page, List<RoundRecompute> rounds) {
    page.heading("Computed again from archives");
    for (RoundRecompute round : rounds) {
      String status = round.status().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      String shards = round.shardsRecomputed() + " of " + round.shards() + " sums";
      String result =
          round.status() == RoundRecompute.Status.NOT_AVAILABLE && round.model() != null
              ? "; the result follows from the sums on the ledger"
              : "";
      page.item("-", round.round() + ": " + status + ", " + shards + result);
      for (RoundRecompute.Check check : round.checks()) {
        String settled = check.isSettled() ? "" : " (not settled)";
        page.item("  .", check.what() + settled + ": " + check.sentence());
      }
      round.missing().forEach(missing -> page.item("  .", missing.sentence()));
    }
  }

  /** What an authority is shown of one hospital's contribution. */
  public static String opened(OpenedUpdate opened) {
    Page page = new Page();
    page.line("Contribution of " + opened.member() + " to round " + opened.round());
    if (opened.faults().isEmpty()) {
      page.line("It is the update that was committed to, masked and summed.");
    }
    opened.faults().forEach(fault -> page.item("WRONG:", fault));
    page.line("Weight " + opened.weight());
    for (OpenedUpdate.Size size : opened.sizes()) {
      String within = size.isWithin() ? "" : ", OUT OF RANGE";
      String largest = ", largest " + size.largest() + " of " + size.limit() + within;
      page.item("Tensor", size.name() + ": L2 norm " + size.norm() + largest);
    }
    return page.text();
  }

  /** How large an archive is, by round. */
  public static String archive(ArchiveSize size) {
    Page page = new Page();
    page.line(size.bytes() + " bytes, of which models " + size.modelsBytes());
    for (ArchiveSize.Round round : size.rounds()) {
      String pieces = round.pieces() + " pieces, " + round.piecesBytes() + " bytes";
      page.line(round.name() + ": " + pieces + "; the rest " + round.restBytes() + " bytes");
    }
    return page.text();
  }

  /** One block per round. */
  public static String rounds(List<RoundAudit> rounds) {
    Page page = new Page();
    if (rounds.isEmpty()) {
      page.line("No round was opened.");
    }
    rounds.forEach(round -> round(page, round, ""));
    return page.text();
  }

  private static void round(Page page, RoundAudit round, String indent) {
    String retry = round.retryOf() == null ? "" : ", retry of " + round.retryOf();
    page.item(
        indent + "Round",
        round.round()
            + " (entry "
            + round.position()
            + "), step "
            + round.step()
            + retry
            + ": "
            + round.state());
    String in = indent + "   ";
    page.item(in + "base  ", round.base().hex());
    round.result().ifPresent(model -> page.item(in + "result", model.hex()));
    page.item(in + "terms ", terms(round));
    String head = round.isSealed() ? "contributed" : "was ready";
    for (RoundAudit.Contributor contributor : round.contributors()) {
      page.item(
          in + contributor.member(),
          head
              + " (entry "
              + contributor.position()
              + "), "
              + consent(contributor.consent())
              + ", "
              + dataset(contributor.dataset()));
    }
    round.faults().forEach(fault -> page.item(in + "named ", fault.sentence()));
    near(round).ifPresent(near -> page.item(in + "note  ", near));
    silent(round).ifPresent(silent -> page.item(in + "silent", silent));
    for (RoundAudit.Attestation attestation : round.attestations()) {
      String metrics = attestation.metrics().isEmpty() ? "" : " " + attestation.metrics();
      page.item(
          in + attestation.member(),
          "attested "
              + attestation.model().brief()
              + ": "
              + attestation.vote().name().toLowerCase(Locale.ROOT)
              + metrics);
    }
  }

  private static String terms(RoundAudit round) {
    return "version "
        + round.study().version()
        + " of "
        + round.study().id()
        + ", approved by "
        + String.join(", ", round.approvers().stream().map(MemberId::value).toList())
        + "; code "
        + round.study().code().brief();
  }

  private static String consent(RoundAudit.Consent consent) {
    String withdrawn =
        consent.withdrawnAt() == null ? "" : ", withdrawn by entry " + consent.withdrawnAt();
    return "consent snapshot "
        + consent.number()
        + " (entry "
        + consent.position()
        + ", "
        + consent.basis()
        + withdrawn
        + ")";
  }

  private static String dataset(RoundAudit.Dataset dataset) {
    return "dataset snapshot " + dataset.number() + " (entry " + dataset.position() + ")";
  }

  /** The tree of a lineage, the model at its top. */
  public static String lineage(Lineage lineage) {
    Page page = new Page();
    lineage(page, lineage, "");
    return page.text();
  }

  private static void lineage(Page page, Lineage lineage, String indent) {
    page.line(indent + "Model " + lineage.model());
    String in = indent + "  ";
    for (RoundAudit round : lineage.rounds()) {
      page.line(in + "<- made by");
      round(page, round, in + "   ");
    }
    String initial =
        !lineage.rounds().isEmpty()
                && lineage.rounds().getLast().study().kind() == StudyKind.STATISTICS
            ? "<- nothing earlier; the study names "
            : "<- initial model ";
    page.line(in + initial + lineage.initial());
    for (Lineage statistics : lineage.statistics()) {
      page.line(in + "with preprocessing from the statistics");
      lineage(page, statistics, in + "  ");
    }
  }
}
