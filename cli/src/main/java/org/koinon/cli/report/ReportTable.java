package org.koinon.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.koinon.audit.verify.AuditReport;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.Study;
import org.koinon.network.study.SmallestSum;
import org.koinon.peer.training.Metrics;
import picocli.CommandLine.Help.Ansi;

/** A study's report as a table for people, at most 100 columns wide. */
public final class ReportTable {
  private static final int NAME_MAX = 24;

  private ReportTable() {}

  /** The table. */
  public static String of(StudyReport report) {
    StringBuilder out = new StringBuilder();
    line(out, "");
    line(out, "Study " + report.study().id() + " on " + report.data());
    line(out, "");
    line(
        out,
        String.format(
            Locale.ROOT,
            "%-24s %6s  %-15s %-15s  %-12s %10s",
            "hospital",
            "rows",
            "local acc/auc",
            "fed. acc/auc",
            "model",
            "sent"));
    for (SiteResult site : report.sites()) {
      line(out, row(site));
    }
    line(out, means("mean over hospitals", report.mean(true), report.mean(false)));
    line(out, pooled(report));
    report
        .central()
        .ifPresent(
            central ->
                line(
                    out,
                    String.format(
                        "%-24s %6s  %-15s %-15s", "trained on all rows", "", "", pair(central))));
    line(out, "-: fewer than five test rows of a class, or a model that cannot be trained alone;");
    line(out, "   the mean is over the hospitals where both models have a number.");
    line(out, "");
    policy(out, report);
    line(
        out,
        String.format(
            Locale.ROOT,
            "bytes    %,d per hospital on average; %,d is the optimum of an all-reduce (r = 1)",
            Math.round(
                report.sites().stream().mapToLong(SiteResult::payloadBytes).average().orElse(0)),
            report.optimumBytes()));
    rounds(out, report.roundSeconds());
    verdict(out, report);
    line(out, "ledger   " + report.files().ledger());
    line(out, "model    " + report.files().model());
    line(out, "all      " + report.files().work());
    return out.toString();
  }

  private static void policy(StringBuilder out, StudyReport report) {
    Study.Privacy privacy = report.study().privacy();
    line(out, "policy   " + RecordCodec.name(privacy.policy()));
    for (String part : wrap(privacy.policy().promise())) {
      line(out, "         " + part);
    }
    if (privacy.policy().isMasked()) {
      new SmallestSum(report.sites().size(), privacy.minimum())
          .warning()
          .ifPresent(
              warning ->
                  wrap("Warning: " + warning)
                      .forEach(
                          part -> line(out, Ansi.AUTO.string("@|red          " + part + "|@"))));
    }
  }

  private static void rounds(StringBuilder out, List<Double> seconds) {
    if (!seconds.isEmpty()) {
      double median = seconds.stream().sorted().toList().get(seconds.size() / 2);
      line(
          out,
          String.format(
              Locale.ROOT, "rounds   %d, each took %.1f s (median)", seconds.size(), median));
    }
  }

  private static void verdict(StringBuilder out, StudyReport report) {
    AuditReport audit = report.audit();
    line(
        out,
        "audit    "
            + (report.isVerified() ? "verified" : "NOT VERIFIED")
            + ": "
            + audit.size()
            + " entries"
            + (audit.isRecomputed() ? ", every sum and model recomputed bit for bit" : ""));
    audit.findings().forEach(finding -> line(out, "         " + finding.sentence()));
    long models = report.sites().stream().map(SiteResult::model).distinct().count();
    line(
        out,
        "model    "
            + (models == 1
                ? "the same bytes at every hospital: " + report.sites().getFirst().model().hex()
                : models + " DIFFERENT models"));
  }

  private static String row(SiteResult site) {
    return String.format(
        Locale.ROOT,
        "%-24s %6d  %-15s %-15s  %-12s %,10d",
        cut(site.site()),
        site.report().trainingRows(),
        pair(site.report().local()),
        pair(site.report().federated()),
        site.model().brief(),
        site.payloadBytes());
  }

  private static String pooled(StudyReport report) {
    return String.format(
        Locale.ROOT,
        "%-24s %6s  %-15s %-15s",
        "all test rows",
        "",
        pair(report.local()),
        pair(report.federated()));
  }

  private static String means(
      String name, Map<String, Double> local, Map<String, Double> federated) {
    return String.format(
        Locale.ROOT, "%-24s %6s  %-15s %-15s", name, "", pair(local), pair(federated));
  }

  private static String pair(Metrics metrics) {
    return pair(StudyReport.telling(metrics));
  }

  private static String pair(Map<String, Double> values) {
    return number(values, "accuracy") + " / " + number(values, "auc");
  }

  private static String number(Map<String, Double> values, String name) {
    OptionalDouble value =
        values.containsKey(name) ? OptionalDouble.of(values.get(name)) : OptionalDouble.empty();
    return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "  -  ";
  }

  private static String cut(String name) {
    return name.length() <= NAME_MAX ? name : name.substring(0, NAME_MAX - 1) + "~";
  }

  private static List<String> wrap(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() + word.length() > 88) {
        lines.add(line.toString().strip());
        line.setLength(0);
      }
      line.append(word).append(' ');
    }
    lines.add(line.toString().strip());
    return lines;
  }

  private static void line(StringBuilder out, String text) {
    out.append(text).append('\n');
  }
}
