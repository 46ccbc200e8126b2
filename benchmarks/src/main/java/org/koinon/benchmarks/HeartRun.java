package org.koinon.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.TensorFile;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.cli.demo.DataSites;
import org.koinon.cli.report.StudyReport;
import org.koinon.cli.simulate.Simulation;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.peer.dataset.Preprocessor;
import org.koinon.peer.site.ModelPreprocessing;
import org.koinon.peer.site.Translation;
import org.koinon.peer.training.Model;

/**
 * A study run once through the protocol, checked, and judged.
 *
 * @param score of the final model
 * @param report with the yardsticks of the same study: central training and each hospital alone
 * @param rounds that ended with one model at all hospitals
 */
record HeartRun(HeartScore score, StudyReport report, int rounds) {

  /** Runs the study in a new folder and refuses a run that any check finds fault with. */
  static HeartRun of(HeartStudy study, long seed, DataSites sites, HeartRows rows, Path work) {
    DataSites data =
        new DataSites(
            sites.label(), sites.schema(), study.definition().withSeed(seed), sites.sites());
    StudyReport report = new Simulation(data, folder(work, study, seed), seed).run(line -> {});
    String run = study.name() + ", seed " + seed;
    int rounds = checked(run, report, data);
    return new HeartRun(score(report, rows), report, rounds);
  }

  private static Path folder(Path work, HeartStudy study, long seed) {
    try {
      return Files.createTempDirectory(work, study.definition().id() + "-" + seed + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder in " + work, e);
    }
  }

  private static int checked(String run, StudyReport report, DataSites data) {
    if (!report.isVerified()) {
      throw new IllegalStateException(run + ": the audit found " + report.audit().findings());
    }
    AuditReport again = Audit.recompute(request(report, data));
    if (!again.isRecomputed()) {
      throw new IllegalStateException(run + ": not recomputed: " + again.findings());
    }
    Set<MemberId> members =
        data.sites().stream().map(DataSites.DataSite::member).collect(Collectors.toSet());
    again.rounds().forEach(round -> requireOneModel(run, round, members));
    long trained =
        again.rounds().stream()
            .filter(round -> round.study().id().equals(report.study().id()))
            .count();
    if (trained != report.study().rounds()) {
      throw new IllegalStateException(run + ": " + trained + " rounds instead of the study's");
    }
    return again.rounds().size();
  }

  private static AuditRequest request(StudyReport report, DataSites data) {
    Path work = report.files().work();
    List<MemberId> members = data.sites().stream().map(DataSites.DataSite::member).toList();
    return new AuditRequest(
        report.files().ledger(),
        members.stream()
            .map(id -> work.resolve(id.value()).resolve("checkpoints").resolve(id + ".checkpoint"))
            .toList(),
        members.stream().map(id -> work.resolve(id.value()).resolve("archive")).toList());
  }

  /** Every hospital contributed, and every hospital computed the model that became a fact. */
  static void requireOneModel(String run, RoundAudit round, Set<MemberId> members) {
    Set<MemberId> contributors =
        round.contributors().stream()
            .map(RoundAudit.Contributor::member)
            .collect(Collectors.toSet());
    Set<MemberId> attesters =
        round.attestations().stream()
            .map(RoundAudit.Attestation::member)
            .collect(Collectors.toSet());
    Set<ModelId> models =
        round.attestations().stream()
            .map(RoundAudit.Attestation::model)
            .collect(Collectors.toSet());
    round.result().ifPresent(models::add);
    if (round.result().isEmpty()
        || models.size() != 1
        || !contributors.equals(members)
        || !attesters.equals(members)) {
      throw new IllegalStateException(
          run
              + ", "
              + round.round()
              + ": "
              + round.state()
              + ", models "
              + models
              + ", contributors "
              + contributors
              + ", attested by "
              + attesters);
    }
  }

  private static HeartScore score(StudyReport report, HeartRows rows) {
    ModelFile file = model(report.files().model());
    Study study = report.study();
    var terms = Objects.requireNonNull(study.training()).model();
    Model model =
        Model.of(
            Translation.architecture(terms),
            Translation.parameterSet(terms, file.parameters(study.vector())));
    var carried = ModelPreprocessing.of(file);
    return rows.judge(
        model, hospital -> carried.<Preprocessor>map(found -> found).orElse(hospital.own()));
  }

  private static ModelFile model(Path path) {
    try {
      return new ModelFile(TensorFile.decode(Files.readAllBytes(path)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
