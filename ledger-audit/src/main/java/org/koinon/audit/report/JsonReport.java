package org.koinon.audit.report;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.anchor.EvmAddress;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.lineage.Lineage;
import org.koinon.audit.source.fabric.ChannelSummary;
import org.koinon.audit.verify.AnchorCover;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.End;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.audit.verify.RoundRecompute;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.StudyId;

/**
 * Reports for programs: one JSON object per report, in canonical form (RFC 8785), whose {@code
 * format} names its kind and version. The records here are the definition; what is absent is a
 * missing member, enums are lower case with dashes.
 */
public final class JsonReport {
  private static final String AUDIT = "koinon/audit-report/1";
  private static final String ROUNDS = "koinon/audit-rounds/1";
  private static final String LINEAGE = "koinon/audit-lineage/1";

  private JsonReport() {}

  /**
   * The report of an audit.
   *
   * @param format {@code koinon/audit-report/1}
   * @param size entries in the file
   * @param judged entries that were verified
   * @param root of those
   */
  public record AuditObject(
      String format,
      AuditReport.Verdict verdict,
      String source,
      @Nullable ConsortiumId consortium,
      long size,
      long judged,
      Digest root,
      EndObject end,
      List<FindingObject> findings,
      List<PolicyObject> studies,
      List<RoundObject> rounds,
      @Nullable List<RecomputeObject> recomputed,
      @Nullable List<AnchorObject> anchors,
      @Nullable ChannelObject channel,
      List<String> cannotProve) {}

  /**
   * What was verified of a Fabric channel, where its blocks were read.
   *
   * @param genesis hash of its first block
   * @param last hash of the last one that holds
   */
  public record ChannelObject(
      String channel,
      Digest genesis,
      Digest last,
      String chaincode,
      long blocks,
      long transactions,
      long invalid,
      long configurations,
      List<String> members,
      String ordering,
      String endorsement) {}

  /**
   * What a contract holds of the log, where one was named.
   *
   * @param size entries that the newest anchor that agrees with the log is of; 0 if none does
   * @param time of that anchor, as the chain says
   */
  public record AnchorObject(
      long chain,
      EvmAddress contract,
      int confirmations,
      int counted,
      int pending,
      long size,
      @Nullable String time) {}

  /** The end of the log: proven by whom, or not. */
  public record EndObject(boolean proven, List<String> by, String sentence) {}

  /** A finding; of position, key, field, refusal, file, block and so on those that it has. */
  public record FindingObject(
      Rule rule,
      @Nullable Refusal refusal,
      @Nullable Long position,
      @Nullable String key,
      @Nullable String field,
      @Nullable String file,
      @Nullable Long block,
      @Nullable Integer transaction,
      @Nullable RoundId round,
      String sentence) {}

  /** A study's privacy policy and what that promises. */
  public record PolicyObject(StudyId study, Policy policy, String promise) {}

  /** A round. */
  public record RoundObject(
      RoundId round,
      long position,
      String state,
      int version,
      int step,
      @Nullable Integer retryOf,
      ModelId base,
      @Nullable ModelId result,
      Digest code,
      List<MemberId> approvers,
      List<MemberId> roster,
      boolean isSealed,
      List<ContributorObject> contributors,
      List<AttestationObject> attestations,
      List<FaultObject> faults,
      @Nullable Integer nearDifference,
      List<MemberId> silent) {}

  /** A member that is named on the ledger, by whom and for what. */
  public record FaultObject(
      long position, MemberId by, MemberId named, String what, RoundAudit.Evidence evidence) {}

  /** A hospital's part in a round. */
  public record ContributorObject(
      MemberId member,
      long position,
      Digest update,
      int consent,
      long consentPosition,
      Digest consentRoot,
      String basis,
      @Nullable Long withdrawnAt,
      int dataset,
      long datasetPosition,
      Digest datasetCommitment) {}

  /** What a member said of the result. */
  public record AttestationObject(
      MemberId member,
      long position,
      ModelId model,
      Vote vote,
      SortedMap<String, String> evaluation) {}

  /** A round computed again. */
  public record RecomputeObject(
      RoundId round,
      RoundRecompute.Status status,
      int shards,
      int shardsRecomputed,
      @Nullable ModelId model,
      List<MissingObject> notAvailable,
      List<CheckObject> checks) {}

  /** What else was looked at in a masked round; settled, or it could not be told. */
  public record CheckObject(String what, boolean settled, String sentence) {}

  /** What no archive holds. */
  public record MissingObject(String what, List<MemberId> holders) {}

  /** Rounds alone; {@code format} is {@code koinon/audit-rounds/1}. */
  public record RoundsObject(String format, List<RoundObject> rounds) {}

  /** A lineage; {@code format} is {@code koinon/audit-lineage/1}. */
  public record LineageObject(
      String format,
      ModelId model,
      List<RoundObject> rounds,
      ModelId initial,
      List<LineageObject> statistics) {}

  /** The whole report of an audit. */
  public static String of(AuditReport report) {
    return text(
        new AuditObject(
            AUDIT,
            report.verdict(),
            report.source(),
            report.consortium().orElse(null),
            report.size(),
            report.judged(),
            report.root(),
            end(report.end()),
            report.findings().stream().map(JsonReport::finding).toList(),
            report.policies().entrySet().stream()
                .map(e -> new PolicyObject(e.getKey(), e.getValue(), e.getValue().promise()))
                .toList(),
            report.rounds().stream().map(JsonReport::round).toList(),
            report
                .recomputed()
                .map(rounds -> rounds.stream().map(JsonReport::recompute).toList())
                .orElse(null),
            report.anchors().isEmpty()
                ? null
                : report.anchors().stream().map(JsonReport::anchor).toList(),
            report.channel().map(JsonReport::channel).orElse(null),
            report.cannotProve()));
  }

  private static ChannelObject channel(ChannelSummary summary) {
    return new ChannelObject(
        summary.channel(),
        summary.genesis(),
        summary.last(),
        summary.chaincode(),
        summary.blocks(),
        summary.transactions(),
        summary.invalid(),
        summary.configurations(),
        summary.members(),
        summary.ordering(),
        summary.endorsement());
  }

  private static AnchorObject anchor(AnchorCover cover) {
    return new AnchorObject(
        cover.chain().value(),
        cover.contract(),
        cover.confirmations(),
        cover.counted(),
        cover.pending(),
        cover.size(),
        cover.time().map(Object::toString).orElse(null));
  }

  /** Rounds. */
  public static String rounds(List<RoundAudit> rounds) {
    return text(new RoundsObject(ROUNDS, rounds.stream().map(JsonReport::round).toList()));
  }

  /** A lineage. */
  public static String lineage(Lineage lineage) {
    return text(lineageObject(lineage));
  }

  private static String text(Record report) {
    return new String(Canonical.encode(RecordCodec.toJson(report)), StandardCharsets.UTF_8) + "\n";
  }

  private static EndObject end(End end) {
    return switch (end) {
      case End.Proven proven -> new EndObject(true, proven.by(), proven.sentence());
      case End.Unproven unproven -> new EndObject(false, List.of(), unproven.sentence());
    };
  }

  private static FindingObject finding(Finding finding) {
    return switch (finding) {
      case Finding.OfEntry entry ->
          new FindingObject(
              entry.rule(),
              entry.refusal(),
              entry.position(),
              entry.key() == null ? null : entry.key().value(),
              entry.field(),
              null,
              null,
              null,
              null,
              entry.sentence());
      case Finding.OfFile(String file, Rule rule, String sentence) ->
          new FindingObject(rule, null, null, null, null, file, null, null, null, sentence);
      case Finding.OfBlock block ->
          new FindingObject(
              block.rule(),
              null,
              null,
              null,
              null,
              block.file(),
              block.block(),
              block.transaction(),
              null,
              block.sentence());
      case Finding.OfRound(RoundId round, Rule rule, String sentence) ->
          new FindingObject(rule, null, null, null, null, null, null, null, round, sentence);
    };
  }

  private static RoundObject round(RoundAudit round) {
    return new RoundObject(
        round.round(),
        round.position(),
        round.state(),
        round.study().version(),
        round.step(),
        round.retryOf(),
        round.base(),
        round.result().orElse(null),
        round.study().code(),
        round.approvers(),
        round.roster(),
        round.isSealed(),
        round.contributors().stream().map(JsonReport::contributor).toList(),
        round.attestations().stream()
            .map(
                said ->
                    new AttestationObject(
                        said.member(),
                        said.position(),
                        said.model(),
                        said.vote(),
                        new TreeMap<>(said.metrics())))
            .toList(),
        round.faults().stream()
            .map(f -> new FaultObject(f.position(), f.by(), f.named(), f.what(), f.evidence()))
            .toList(),
        round.nearDifference(),
        round.silent());
  }

  private static ContributorObject contributor(RoundAudit.Contributor contributor) {
    return new ContributorObject(
        contributor.member(),
        contributor.position(),
        contributor.update(),
        contributor.consent().number(),
        contributor.consent().position(),
        contributor.consent().root(),
        contributor.consent().basis(),
        contributor.consent().withdrawnAt(),
        contributor.dataset().number(),
        contributor.dataset().position(),
        contributor.dataset().commitment());
  }

  private static RecomputeObject recompute(RoundRecompute round) {
    return new RecomputeObject(
        round.round(),
        round.status(),
        round.shards(),
        round.shardsRecomputed(),
        round.model(),
        round.missing().stream()
            .map(missing -> new MissingObject(missing.what(), missing.holders()))
            .toList(),
        round.checks().stream()
            .map(check -> new CheckObject(check.what(), check.isSettled(), check.sentence()))
            .toList());
  }

  private static LineageObject lineageObject(Lineage lineage) {
    return new LineageObject(
        LINEAGE,
        lineage.model(),
        lineage.rounds().stream().map(JsonReport::round).toList(),
        lineage.initial(),
        lineage.statistics().stream().map(JsonReport::lineageObject).toList());
  }
}
