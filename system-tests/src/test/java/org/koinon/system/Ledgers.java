package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.verify.AuditReport;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import org.koinon.peer.ledger.LedgerFollower;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.ledger.embedded.EmbeddedLedger;
import org.koinon.peer.simulation.SimulatedConsortium;

/** What a test reads from a ledger that a consortium wrote, and the auditor's judgement of it. */
public final class Ledgers {
  private Ledgers() {}

  /** A calculation on the log as a new reader verifies it from its beginning. */
  static <T> T read(SimulatedConsortium consortium, Function<VerifiedLog, T> calculation) {
    return read(consortium.ledgerFile(), calculation);
  }

  /** The same of any ledger file. */
  static <T> T read(Path ledgerFile, Function<VerifiedLog, T> calculation) {
    Path pin = ledgerFile.resolveSibling("reader.pin");
    EmbeddedLedger file = EmbeddedLedger.open(ledgerFile);
    try (NodeLedger ledger = new NodeLedger(file, new LedgerFollower(file, pin))) {
      ledger.poll();
      return ledger.read(calculation);
    }
  }

  /** All rounds of the study, in order. */
  static List<RoundView> rounds(SimulatedConsortium consortium, StudyId study) {
    return rounds(consortium.ledgerFile(), study);
  }

  /** The same of any ledger file. */
  public static List<RoundView> rounds(Path ledgerFile, StudyId study) {
    return read(
        ledgerFile,
        log -> {
          int last = Rounds.latest(log, study).map(view -> view.opened().round()).orElse(0);
          List<RoundView> rounds = new ArrayList<>();
          for (int number = 1; number <= last; number++) {
            rounds.add(RoundView.of(log, new RoundId(study, number)).orElseThrow());
          }
          return rounds;
        });
  }

  /** Nothing stands twice under one key. */
  static void assertNothingIsSaidTwice(SimulatedConsortium consortium) {
    assertNothingIsSaidTwice(consortium.ledgerFile());
  }

  /** The same of any ledger file. */
  public static void assertNothingIsSaidTwice(Path ledgerFile) {
    List<EntryKey> keys =
        read(ledgerFile, log -> log.entries().stream().map(SignedEntry::entryKey).toList());
    assertThat(keys).doesNotHaveDuplicates();
  }

  /** The auditor finds nothing, recomputes every result, and knows where the ledger ends. */
  static AuditReport assertAudited(SimulatedConsortium consortium, List<MemberId> members) {
    List<Path> archives = new ArrayList<>();
    List<Path> checkpoints = new ArrayList<>();
    for (MemberId member : members) {
      Path folder = consortium.folder(member);
      archives.add(folder.resolve("archive"));
      checkpoints.add(folder.resolve("checkpoints").resolve(member + ".checkpoint"));
    }
    return assertAudited(consortium.ledgerFile(), checkpoints, archives);
  }

  /** Checkpoints that are not there are those of peers that saw no round's end. */
  public static AuditReport assertAudited(
      Path ledgerFile, List<Path> checkpoints, List<Path> archives) {
    List<Path> signed = checkpoints.stream().filter(Files::exists).toList();
    assertThat(signed).isNotEmpty();
    AuditReport report = Audit.verify(new AuditRequest(ledgerFile, signed, archives));
    assertThat(report.findings()).extracting(Finding::sentence).isEmpty();
    assertThat(report.verdict()).isEqualTo(AuditReport.Verdict.VERIFIED);
    assertThat(report.judged()).isEqualTo(report.size());
    assertThat(report.isRecomputed()).as("%s", report.recomputed()).isTrue();
    return report;
  }
}
