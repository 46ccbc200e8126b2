package org.koinon.audit.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.koinon.audit.anchor.AnchoredHistory;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.Archive;
import org.koinon.audit.source.ChannelFile;
import org.koinon.audit.source.EntrySource;
import org.koinon.audit.source.ExportBundle;
import org.koinon.audit.source.LedgerFile;
import org.koinon.audit.source.Manifest;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.study.ConsortiumId;

/** All checks of one source, in their order: its form, the log, its end, the rounds, the sums. */
public final class LogAudit {
  private LogAudit() {}

  /**
   * Audits a source.
   *
   * @param checkpoints beside those that came with it
   * @param archives beside those that came with it
   * @param recomputes whether rounds are computed again
   * @param anchors asks for a log's anchors, per contract
   */
  public static AuditReport of(
      EntrySource source,
      List<Path> checkpoints,
      List<Archive> archives,
      boolean recomputes,
      Function<ConsortiumId, List<AnchoredHistory>> anchors) {
    List<Finding> findings = new ArrayList<>(source.findings());
    CheckedLog checked = CheckedLog.of(source.entries());
    checked.fault().ifPresent(findings::add);
    boolean isWhole = findings.isEmpty();
    findings.addAll(manifest(source, checked));

    List<Path> allCheckpoints = new ArrayList<>(checkpoints);
    allCheckpoints.addAll(source.checkpoints());
    EndCheck end = EndCheck.of(checked, allCheckpoints, isWhole);
    findings.addAll(end.findings());

    Optional<ConsortiumId> consortium = new Membership(checked.log()).consortium();
    List<AnchorCheck> anchored =
        consortium.map(anchors).orElse(List.of()).stream()
            .map(history -> AnchorCheck.of(checked.log(), history, isWhole))
            .toList();
    anchored.forEach(check -> findings.addAll(check.findings()));

    List<RoundAudit> rounds = RoundsCheck.rounds(checked);
    findings.addAll(RoundsCheck.findings(rounds));

    Optional<List<RoundRecompute>> recomputed = Optional.empty();
    if (recomputes) {
      List<Archive> allArchives = new ArrayList<>(archives);
      allArchives.addAll(source.archives());
      recomputed = Optional.of(Recompute.rounds(checked, rounds, allArchives));
      recomputed.get().forEach(round -> findings.addAll(round.findings()));
    }
    return new AuditReport(
        source.name(),
        consortium,
        source.rows(),
        checked.log().size(),
        checked.log().root(),
        end.end().with(anchored.stream().flatMap(check -> check.proofs().stream()).toList()),
        findings,
        rounds,
        recomputed,
        anchored.stream().map(AnchorCheck::covered).toList(),
        source.channel());
  }

  private static List<Finding> manifest(EntrySource source, CheckedLog checked) {
    return switch (source) {
      case LedgerFile file -> List.of();
      case ChannelFile blocks -> List.of();
      case ExportBundle bundle ->
          checked.fault().isPresent()
              ? List.of()
              : bundle.manifest().map(m -> manifest(m, checked)).orElse(List.of());
    };
  }

  private static List<Finding> manifest(Manifest manifest, CheckedLog checked) {
    boolean isSame =
        manifest.size() == checked.log().size()
            && manifest.root().equals(checked.log().root())
            && new Membership(checked.log())
                .consortium()
                .filter(manifest.consortium()::equals)
                .isPresent();
    String sentence =
        "the manifest is of "
            + manifest.consortium()
            + ", "
            + manifest.size()
            + " entries, root "
            + manifest.root().brief()
            + "; the log has "
            + checked.log().size()
            + ", root "
            + checked.log().root().brief();
    return isSame
        ? List.of()
        : List.of(new Finding.OfFile(Manifest.NAME, Rule.BUNDLE_MANIFEST, sentence));
  }
}
