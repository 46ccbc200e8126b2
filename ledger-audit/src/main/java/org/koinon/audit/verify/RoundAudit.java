package org.koinon.audit.verify;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Ending;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/**
 * One round as the ledger has it: who gave what, under which consent, and what came of it.
 *
 * @param round which
 * @param position of the entry that opened it
 * @param study the terms it ran under
 * @param approvers who approved these terms
 * @param step which of the study's rounds, retries not counted
 * @param retryOf the round that it repeats
 * @param base what training started from
 * @param roster who was called
 * @param contributors whose updates are in the result; of a round not sealed, who was ready
 * @param isSealed whether the contributors are a fact
 * @param attestations what each member said of the result
 * @param ending how it ended
 * @param endingPosition where that stands
 * @param faults who is named on the ledger, for what
 * @param nearDifference by how many members the set differs from the last opened one, where that is
 *     so few that the two results together show something of them
 * @param silent of an attempt that was lost after its opening, who wrote nothing on the ledger from
 *     then on
 */
public record RoundAudit(
    RoundId round,
    long position,
    Study study,
    List<MemberId> approvers,
    int step,
    @Nullable Integer retryOf,
    ModelId base,
    List<MemberId> roster,
    List<Contributor> contributors,
    boolean isSealed,
    List<Attestation> attestations,
    @Nullable Ending ending,
    long endingPosition,
    List<Fault> faults,
    @Nullable Integer nearDifference,
    List<MemberId> silent) {
  /** A round in which nobody is named. */
  public RoundAudit(
      RoundId round,
      long position,
      Study study,
      List<MemberId> approvers,
      int step,
      @Nullable Integer retryOf,
      ModelId base,
      List<MemberId> roster,
      List<Contributor> contributors,
      boolean isSealed,
      List<Attestation> attestations,
      @Nullable Ending ending,
      long endingPosition) {
    this(
        round,
        position,
        study,
        approvers,
        step,
        retryOf,
        base,
        roster,
        contributors,
        isSealed,
        attestations,
        ending,
        endingPosition,
        List.of(),
        null,
        List.of());
  }

  /** Copies. */
  public RoundAudit {
    faults = List.copyOf(faults);
    silent = List.copyOf(silent);
    approvers = List.copyOf(approvers);
    roster = List.copyOf(roster);
    contributors = List.copyOf(contributors);
    attestations = List.copyOf(attestations);
  }

  /**
   * A hospital's part.
   *
   * @param member who
   * @param position of its Ready entry
   * @param update its commitment to the update
   * @param consent under which consent
   * @param dataset from which data
   */
  public record Contributor(
      MemberId member, long position, Digest update, Consent consent, Dataset dataset) {}

  /**
   * A consent snapshot as cited.
   *
   * @param withdrawnAt position of its withdrawal, if there was one
   */
  public record Consent(
      int number,
      long position,
      Digest root,
      CountBucket consenting,
      String basis,
      @Nullable Long withdrawnAt) {}

  /** A dataset snapshot as cited. */
  public record Dataset(int number, long position, Digest commitment, CountBucket rows) {}

  /** What one member said of the result. */
  public record Attestation(
      MemberId member,
      long position,
      ModelId model,
      Vote vote,
      SortedMap<String, String> metrics) {}

  /** What there is to an accusation. */
  public enum Evidence {
    /** The ledger itself shows it. */
    PROVEN,
    /** What is shown does not show it. */
    REFUTED,
    /** It takes what is not on the ledger. */
    NOT_CHECKED
  }

  /**
   * A member that is named on the ledger.
   *
   * @param position of the entry
   * @param by who says so
   * @param named about whom
   * @param what it did
   * @param evidence whether it is shown
   */
  public record Fault(long position, MemberId by, MemberId named, String what, Evidence evidence) {
    /** One line for people. */
    public String sentence() {
      String shown =
          switch (evidence) {
            case PROVEN -> "the evidence shows it";
            case REFUTED -> "the evidence does not show it";
            case NOT_CHECKED -> "the ledger alone cannot show it";
          };
      return named + ": " + what + ", says " + by + " (entry " + position + "); " + shown;
    }
  }

  /** The model that the round made a fact. */
  public Optional<ModelId> result() {
    return ending instanceof Finalised finalised
        ? Optional.of(finalised.model())
        : Optional.empty();
  }

  /** How it stands, in words. */
  public String state() {
    return switch (ending) {
      case null -> isSealed ? "sealed, not ended" : "open";
      case Finalised finalised -> "final";
      case Rejected rejected -> "rejected";
      case Abandoned abandoned ->
          "abandoned: "
              + abandoned.reason().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    };
  }
}
