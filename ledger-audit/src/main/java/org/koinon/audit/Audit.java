package org.koinon.audit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.koinon.audit.anchor.AnchorReader;
import org.koinon.audit.anchor.AnchoredHistory;
import org.koinon.audit.export.BundleWriter;
import org.koinon.audit.lineage.Lineage;
import org.koinon.audit.source.Archive;
import org.koinon.audit.source.BadInputException;
import org.koinon.audit.source.EntrySource;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.LogAudit;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.ConsortiumId;

/**
 * The questions of an auditor. All are answered offline from the files named, which are never
 * written to; what a file claims is checked before it is used. Only where a request names anchors
 * is a node asked, and only the one that it names.
 *
 * <p>Every method throws {@link BadInputException} when a file is not there or is no ledger file,
 * bundle or file of blocks; a file that claims to be one and is not whole is a finding.
 */
public final class Audit {
  private Audit() {}

  /** Is the log honest and whole? Archives, where given, are computed again too. */
  public static AuditReport verify(AuditRequest request) {
    try (EntrySource source = EntrySource.open(request.ledger())) {
      List<Archive> archives = archives(request);
      return LogAudit.of(
          source, request.checkpoints(), archives, !archives.isEmpty(), anchors(request));
    }
  }

  /** Does every sum and result follow from the archived pieces, bit for bit? */
  public static AuditReport recompute(AuditRequest request) {
    try (EntrySource source = EntrySource.open(request.ledger())) {
      return LogAudit.of(source, request.checkpoints(), archives(request), true, anchors(request));
    }
  }

  /** The rounds among the entries that hold, in order. */
  public static List<RoundAudit> rounds(AuditRequest request) {
    return verify(request).rounds();
  }

  /** Where a model came from; empty if no verified round names it. */
  public static Optional<Lineage> lineage(AuditRequest request, ModelId model) {
    return Lineage.of(model, rounds(request));
  }

  /**
   * Writes a bundle, whole or not at all.
   *
   * @param withArchives whether pieces and sums go into it; under policy open they show parts of
   *     each hospital's update
   * @throws BadInputException too if the ledger has findings or the target exists
   */
  public static BundleWriter.Written export(
      AuditRequest request, Path target, boolean withArchives) {
    return BundleWriter.write(request.ledger(), target, checkpointsOf(request), withArchives);
  }

  private static BundleWriter.Besides checkpointsOf(AuditRequest request) {
    return new BundleWriter.Besides(request.checkpoints(), archives(request));
  }

  private static Function<ConsortiumId, List<AnchoredHistory>> anchors(AuditRequest request) {
    return origin ->
        request.anchors().stream().map(point -> AnchorReader.read(point, origin)).toList();
  }

  private static List<Archive> archives(AuditRequest request) {
    List<Archive> archives = new ArrayList<>();
    request.archives().forEach(folder -> archives.add(Archive.of(folder)));
    return archives;
  }
}
