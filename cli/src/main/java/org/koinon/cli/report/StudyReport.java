package org.koinon.cli.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.koinon.audit.verify.AuditReport;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.Study;
import org.koinon.peer.site.HospitalSite;
import org.koinon.peer.training.Metrics;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a study came to, at every hospital and for the auditor. As JSON it is a contract: see
 * docs/report.md.
 *
 * @param study its terms
 * @param data what it was trained on, in words; says so if it is synthetic
 * @param sites every hospital
 * @param central the test rows judged by a model trained on all rows together, where one process
 *     has them
 * @param roundSeconds how long each round of the study took, from the first hospital's first step
 *     to the last one's end, in order; empty where time is virtual
 * @param optimumBytes payload per peer of the all-reduce optimum, over the same rounds
 * @param audit the verdict
 * @param files where things lie
 */
public record StudyReport(
    Study study,
    String data,
    List<SiteResult> sites,
    Optional<Metrics> central,
    List<Double> roundSeconds,
    long optimumBytes,
    AuditReport audit,
    Files files) {
  /** An AUC over fewer rows of a class hangs on single patients. */
  static final int CLASS_ROWS_MIN = 5;

  private static final String SCHEMA = "koinon/report/1";

  /**
   * Where things lie.
   *
   * @param ledger the ledger's file
   * @param model the final model
   * @param work the folder of everything
   */
  public record Files(Path ledger, Path model, Path work) {}

  /** All sites' rows judged by the common model. */
  public Metrics federated() {
    return sites.stream()
        .map(site -> site.report().federated())
        .reduce(Metrics.NONE, Metrics::plus);
  }

  /** All sites' rows, each judged by its own site's model. */
  public Metrics local() {
    return sites.stream().map(site -> site.report().local()).reduce(Metrics.NONE, Metrics::plus);
  }

  /** Whether all hold one model and the audit found nothing. */
  public boolean isVerified() {
    return audit.verdict() == AuditReport.Verdict.VERIFIED
        && sites.stream().map(SiteResult::model).distinct().count() == 1;
  }

  /** As one JSON object. */
  public String toJson() {
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode root = json.createObjectNode();
    root.put("schema", SCHEMA);
    root.put("verdict", isVerified() ? "verified" : "findings");
    root.put("study", study.id().value());
    root.put("policy", RecordCodec.name(study.privacy().policy()));
    root.put("promise", study.privacy().policy().promise());
    root.put("data", data);
    ObjectNode models = root.putObject("modelIds");
    sites.forEach(site -> models.put(site.site(), site.model().hex()));
    metrics(root.putObject("metrics"));
    ObjectNode bytes = root.putObject("bytesSentPerPeer");
    sites.forEach(site -> bytes.put(site.site(), site.payloadBytes()));
    root.put("optimumBytes", optimumBytes);
    ObjectNode totals = root.putObject("totalBytesSentPerPeer");
    sites.forEach(site -> totals.put(site.site(), site.traffic().totalBytes()));
    if (!roundSeconds.isEmpty()) {
      var seconds = root.putArray("roundSeconds");
      roundSeconds.forEach(seconds::add);
    }
    root.put("ledgerEntries", audit.size());
    root.put("ledgerRoot", audit.root().hex());
    var findings = root.putArray("findings");
    audit.findings().forEach(finding -> findings.add(finding.sentence()));
    root.put("recomputed", audit.isRecomputed());
    root.put("ledger", files.ledger().toString());
    root.put("model", files.model().toString());
    root.put("work", files.work().toString());
    return root.toString();
  }

  private void metrics(ObjectNode metrics) {
    ObjectNode perSite = metrics.putObject("sites");
    for (SiteResult site : sites) {
      ObjectNode node = perSite.putObject(site.site());
      put(node.putObject("local"), telling(site.report().local()));
      put(node.putObject("federated"), telling(site.report().federated()));
      node.put("trainingRows", site.report().trainingRows());
      node.put("testRows", site.report().federated().rows());
    }
    ObjectNode mean = metrics.putObject("mean");
    put(mean.putObject("local"), mean(true));
    put(mean.putObject("federated"), mean(false));
    put(metrics.putObject("pooled"), telling(federated()));
    put(metrics.putObject("pooledLocal"), telling(local()));
    central.ifPresent(pooled -> put(metrics.putObject("central"), telling(pooled)));
  }

  /** The mean over the sites where a metric says something of both models, so that they compare. */
  public Map<String, Double> mean(boolean isLocal) {
    Map<String, Double> means = new TreeMap<>();
    for (String name : List.of("accuracy", "auc", "logLoss", "brier")) {
      sites.stream()
          .map(SiteResult::report)
          .filter(site -> telling(site.local()).containsKey(name))
          .filter(site -> telling(site.federated()).containsKey(name))
          .mapToDouble(site -> telling(isLocal ? site.local() : site.federated()).get(name))
          .average()
          .ifPresent(mean -> means.put(name, mean));
    }
    return means;
  }

  /** The metrics that say something: an AUC needs {@link #CLASS_ROWS_MIN} rows of either class. */
  static Map<String, Double> telling(Metrics metrics) {
    Map<String, Double> named = new TreeMap<>(HospitalSite.named(metrics));
    if (Math.min(metrics.positives(), metrics.rows() - metrics.positives()) < CLASS_ROWS_MIN) {
      named.remove("auc");
    }
    return named;
  }

  private static void put(ObjectNode node, Map<String, Double> values) {
    values.forEach(node::put);
  }
}
