package org.koinon.cli.simulate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.koinon.aggregation.Traffic;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.verify.AuditReport;
import org.koinon.cli.demo.DataSites;
import org.koinon.cli.report.SiteResult;
import org.koinon.cli.report.StudyReport;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.network.keys.TransportIdentity;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.peer.simulation.SimulatedMember;
import org.koinon.peer.site.CentralTraining;
import org.koinon.peer.site.ConsentState;
import org.koinon.peer.site.HospitalSite;
import org.koinon.peer.site.NodeConsent;
import org.koinon.peer.site.SiteReport;
import org.koinon.peer.site.StudyDraft;
import org.koinon.peer.training.LocalTrainer;
import org.koinon.peer.training.Metrics;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.djl.DjlTrainer;

/** A study on the tables of a folder, simulated and audited. Everything comes from the seed. */
public final class Simulation {
  private final DataSites data;
  private final Path work;
  private final LocalTrainer trainer = new DjlTrainer(TrainingDevice.CPU, 1);
  private final Map<MemberId, HospitalSite> sites = new HashMap<>();
  private final SimulatedConsortium consortium;

  /** In an empty folder. */
  public Simulation(DataSites data, Path work, long seed) {
    this.data = data;
    this.work = work;
    List<SimulatedMember> members = new ArrayList<>();
    for (DataSites.DataSite site : data.sites()) {
      HospitalSite hospital = hospital(site);
      sites.put(site.member(), hospital);
      members.add(member(site.member(), hospital, seed));
    }
    consortium = new SimulatedConsortium(new ConsortiumId("simulation"), members, work, seed);
  }

  private HospitalSite hospital(DataSites.DataSite site) {
    return new HospitalSite(
        site.member().value(),
        data.source(site),
        () -> new ConsentState.WholeTable(NodeConsent.WHOLE_TABLE),
        trainer);
  }

  /** Keys come from the seed, so that a run can be had again; they protect nothing. */
  private static SimulatedMember member(MemberId id, HospitalSite site, long seed) {
    SigningKey key = new SigningKey(derived("signing", id, seed));
    SigningKey transport = new SigningKey(derived("transport", id, seed));
    Member member =
        new Member(
            id,
            "Hospital " + id,
            List.of(Role.HOSPITAL),
            key.publicKey(),
            TransportIdentity.peerId(transport.publicKey()));
    return new SimulatedMember(member, key, site);
  }

  private static byte[] derived(String what, MemberId id, long seed) {
    return Digest.tagged(
            "koinon/simulated-key/v1",
            what.getBytes(StandardCharsets.UTF_8),
            id.value().getBytes(StandardCharsets.UTF_8),
            Long.toString(seed).getBytes(StandardCharsets.UTF_8))
        .bytes();
  }

  /** Runs the study, and the statistics study before it if columns are scaled by it. */
  public StudyReport run(Consumer<String> progress) {
    progress.accept(
        data.sites().size() + " hospitals in one process, virtual time; data: " + data.label());
    consortium.found();
    double optimum = 0;
    Optional<ModelFile> statistics = Optional.empty();
    if (data.definition().standardisation() == Standardisation.FEDERATED) {
      StudyDraft draft = StudyDraft.statistics(data.definition(), data.schema().schema(), 1);
      optimum += run(draft, progress);
      statistics = Optional.of(archive().model(standing()).orElseThrow());
    }
    StudyDraft draft =
        StudyDraft.training(data.definition(), data.schema().schema(), 1, statistics);
    optimum += run(draft, progress);
    return report(draft, Math.round(optimum));
  }

  /** Runs one study; the all-reduce optimum of its rounds in bytes per peer. */
  private double run(StudyDraft draft, Consumer<String> progress) {
    consortium.adopt(draft.study(), draft.initialModel().file());
    consortium.run(draft.study().id(), FaultPlan.NONE, RoundObserver.SILENT);
    progress.accept(
        String.format(
            Locale.ROOT, "study %s is over: model %s", draft.study().id(), standing().brief()));
    return draft.study().rounds()
        * Traffic.optimumBytesPerPeer(draft.study().vector(), data.sites().size());
  }

  private RoundArchive archive() {
    return new RoundArchive(consortium.folder(data.sites().getFirst().member()).resolve("archive"));
  }

  private ModelId standing() {
    return standing(data.sites().getFirst().member());
  }

  private ModelId standing(MemberId member) {
    return Objects.requireNonNull(consortium.standing().get(member)).lastEntry().getValue();
  }

  private StudyReport report(StudyDraft draft, long optimum) {
    Study study = draft.study();
    List<SiteResult> results = new ArrayList<>();
    for (DataSites.DataSite site : data.sites()) {
      MemberId id = site.member();
      ModelFile model = archive().model(standing(id)).orElseThrow();
      results.add(
          new SiteResult(
              id.value(),
              standing(id),
              SiteReport.of(
                  Objects.requireNonNull(sites.get(id)),
                  trainer,
                  study,
                  draft.initialModel(),
                  model),
              Objects.requireNonNull(consortium.traffic().get(id))));
    }
    Metrics central =
        CentralTraining.of(List.copyOf(sites.values()), trainer, study, draft.initialModel());
    return new StudyReport(
        study,
        data.label(),
        results,
        Optional.of(central),
        List.of(),
        optimum,
        audit(),
        new StudyReport.Files(consortium.ledgerFile(), archive().modelPath(standing()), work));
  }

  private AuditReport audit() {
    List<Path> archives = new ArrayList<>();
    List<Path> checkpoints = new ArrayList<>();
    for (DataSites.DataSite site : data.sites()) {
      Path folder = consortium.folder(site.member());
      archives.add(folder.resolve("archive"));
      checkpoints.add(folder.resolve("checkpoints").resolve(site.member() + ".checkpoint"));
    }
    return Audit.verify(new AuditRequest(consortium.ledgerFile(), checkpoints, archives));
  }
}
