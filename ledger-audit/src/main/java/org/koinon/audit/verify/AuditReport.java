package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.source.fabric.ChannelSummary;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.StudyId;

/**
 * What an audit found of a ledger, and what it could not judge.
 *
 * @param source name of the file
 * @param consortium whose ledger it says it is
 * @param size how many entries the file holds
 * @param judged how many were verified; the others stand behind a fault
 * @param root the Merkle root of those
 * @param end what is known of the end
 * @param findings all that is wrong
 * @param rounds every round among the verified entries
 * @param recomputed the rounds computed again, if archives were given
 * @param anchors how much is anchored, per contract that was asked
 * @param channel what was verified of a Fabric channel, where its blocks were read
 */
public record AuditReport(
    String source,
    Optional<ConsortiumId> consortium,
    long size,
    long judged,
    Digest root,
    End end,
    List<Finding> findings,
    List<RoundAudit> rounds,
    Optional<List<RoundRecompute>> recomputed,
    List<AnchorCover> anchors,
    Optional<ChannelSummary> channel) {
  /** Copies. */
  public AuditReport {
    findings = List.copyOf(findings);
    rounds = List.copyOf(rounds);
    anchors = List.copyOf(anchors);
  }

  /** The answer in one word. */
  public enum Verdict {
    /** Nothing is wrong with what was judged. */
    VERIFIED,
    /** Something is wrong, or nothing could be judged. */
    FINDINGS
  }

  /** The answer in one word. */
  public Verdict verdict() {
    return findings.isEmpty() ? Verdict.VERIFIED : Verdict.FINDINGS;
  }

  /** Whether every round with a result was computed again and nothing is wrong. */
  public boolean isRecomputed() {
    return findings.isEmpty()
        && recomputed.isPresent()
        && recomputed.get().stream()
            .allMatch(
                round ->
                    round.status() == RoundRecompute.Status.RECOMPUTED
                        || round.status() == RoundRecompute.Status.NO_RESULT);
  }

  /** The studies that had rounds, with their policy. */
  public Map<StudyId, Policy> policies() {
    Map<StudyId, Policy> policies = new LinkedHashMap<>();
    rounds.forEach(round -> policies.put(round.study().id(), round.study().privacy().policy()));
    return policies;
  }

  /** What this report cannot show, whoever reads it. */
  public List<String> cannotProve() {
    List<String> limits = new ArrayList<>();
    limits.add(
        "That the data were good, or were really used: the ledger holds commitments, never data.");
    limits.add(
        "That a hospital trained as the study says: training is private, its output is committed.");
    limits.add(
        "That consent was given: it shows which snapshot a hospital cited, and withdrawals.");
    limits.add("Who holds a key, beyond the member records that the consortium approved.");
    channel.ifPresent(
        blocks ->
            limits.add(
                "That the channel is the consortium's: compare the hash of its first block, "
                    + blocks.genesis()
                    + ", with what members tell you."));
    if (!isRecomputed()) {
      limits.add(
          "That every sum and result follows from the contributions: that takes the archives of"
              + " all rounds.");
    }
    if (end instanceof End.Unproven) {
      limits.add("That nothing was cut off the end: pass the members' checkpoints.");
    }
    if (anchors.isEmpty()) {
      limits.add(
          "That the members did not agree to rewrite all of it: that takes anchors on a chain that"
              + " they cannot change.");
    } else {
      limits.add(
          "That the node told the truth about its chain: ask nodes of several operators. Entries"
              + " behind the newest anchor are not anchored.");
    }
    return limits;
  }
}
