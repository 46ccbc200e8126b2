package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.masking.OpeningKeyText;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.source.LedgerInput;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundRecompute;
import org.koinon.audit.verify.opening.OpenedUpdate;
import org.koinon.audit.verify.opening.OpeningAudit;
import org.koinon.audit.verify.opening.OpeningFiles;
import org.koinon.audit.verify.opening.OpeningRecord;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.Keeping;
import org.koinon.peer.round.OpeningVault;
import org.koinon.peer.round.Retention;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.round.SealedOpenings;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

class AMaskedStudyIsAuditedTest {
  private static final Study STUDY = ToyConsortium.maskedStudy(40, 2, 2, ServerOptimiser.fedAvg());

  @Test
  void every_sum_and_result_follows_from_what_nodes_keep(@TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(5, STUDY, folder, 31);

    consortium.run(STUDY.id(), FaultPlan.NONE, RoundObserver.SILENT);

    AuditReport report = Ledgers.assertAudited(consortium, ToyConsortium.members(5));
    assertThat(report.recomputed().orElseThrow())
        .allMatch(round -> round.checks().stream().allMatch(RoundRecompute.Check::isSettled));
  }

  @Test
  void a_member_that_vanished_after_it_committed_is_in_no_sum_and_the_audit_holds(
      @TempDir Path folder) {
    SimulatedConsortium consortium = ToyConsortium.of(5, STUDY, folder, 32);
    MemberId lost = ToyConsortium.member(4);
    FaultPlan faults =
        (member, round, step) ->
            member.equals(lost) && round.number() == 1 && step == RoundStep.EXCHANGE
                ? Optional.of(new FaultPlan.Kill(-1))
                : Optional.empty();

    consortium.run(STUDY.id(), faults, RoundObserver.SILENT);

    RoundView first = Ledgers.rounds(consortium, STUDY.id()).getFirst();
    assertThat(first.committed()).containsKey(lost);
    assertThat(first.contributors()).hasSize(4).doesNotContain(lost);
    AuditReport report = Ledgers.assertAudited(consortium, ToyConsortium.members(4));
    assertThat(report.recomputed().orElseThrow().getFirst().checks())
        .extracting(RoundRecompute.Check::sentence)
        .anyMatch(sentence -> sentence.endsWith("masks towards " + lost));
  }

  @Test
  void a_hospital_opens_its_own_contribution_from_the_box_that_its_node_sealed(@TempDir Path folder)
      throws IOException {
    Path keys = Files.createDirectory(folder.resolve("off-line"));
    Path publicKey = OpeningFiles.createKey(keys.resolve("opening.key"));
    SimulatedConsortium consortium =
        ToyConsortium.of(5, STUDY, Files.createDirectory(folder.resolve("consortium")), 33);
    MemberId member = ToyConsortium.member(2);
    SealedOpenings vault =
        new SealedOpenings(
            consortium.folder(member).resolve("openings"),
            OpeningKeyText.publicKey(Files.readString(publicKey)),
            new Random(1));
    consortium.keep(member, new Keeping(vault, Retention.FOR_EVER));

    consortium.run(STUDY.id(), FaultPlan.NONE, RoundObserver.SILENT);

    for (int number = 1; number <= 2; number++) {
      Path box = vault.file(new RoundId(STUDY.id(), number));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(box)))
          .isEqualTo("rw-------");
      OpenedUpdate opened =
          OpeningAudit.open(
              LedgerInput.of(consortium.ledgerFile()),
              box,
              keys.resolve("opening.key"),
              new OpeningRecord(folder.resolve("opened")));
      assertThat(opened.faults()).isEmpty();
      assertThat(opened.member()).isEqualTo(member);
      assertThat(opened.sizes()).allMatch(OpenedUpdate.Size::isWithin);
    }
    assertThat(consortium.folder(ToyConsortium.member(1)).resolve("openings")).doesNotExist();
  }

  @Test
  void pieces_go_after_the_challenge_window_and_the_result_still_follows(@TempDir Path folder)
      throws IOException {
    SimulatedConsortium consortium = ToyConsortium.of(5, STUDY, folder, 34);
    List<MemberId> members = ToyConsortium.members(5);
    members.forEach(
        member -> consortium.keep(member, new Keeping(OpeningVault.NONE, new Retention(0L, 0))));

    consortium.run(STUDY.id(), FaultPlan.NONE, RoundObserver.SILENT);

    for (MemberId member : members) {
      Path archive = consortium.folder(member).resolve("archive");
      assertThat(files(archive)).anyMatch(name -> name.endsWith(".safetensors"));
      assertThat(files(archive.resolve("toy-study/1")))
          .contains("certificate", "released")
          .noneMatch(name -> name.startsWith("piece-"));
    }
    Path own = consortium.folder(members.getFirst()).resolve("archive");
    AuditReport report =
        Audit.recompute(new AuditRequest(consortium.ledgerFile(), List.of(), List.of(own)));
    assertThat(report.findings()).isEmpty();
    RoundRecompute first = report.recomputed().orElseThrow().getFirst();
    assertThat(first.status()).isEqualTo(RoundRecompute.Status.NOT_AVAILABLE);
    assertThat(first.model()).isEqualTo(report.rounds().getFirst().result().orElseThrow());
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
    }
  }
}
