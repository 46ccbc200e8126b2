package org.koinon.audit.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.ConsortiumEntry.KeyAction;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.Member;

/**
 * A log held against what members signed for outside it: is it the one they saw, and is it whole?
 *
 * @param findings what contradicts
 * @param end what is known of the end
 */
record EndCheck(List<Finding> findings, End end) {
  /**
   * Holds a checked log against what was signed for outside it.
   *
   * @param isWhole whether no fault stands before the end of what was read
   */
  static EndCheck of(CheckedLog checked, List<Path> files, boolean isWhole) {
    VerifiedLog log = checked.log();
    List<Finding> findings = new ArrayList<>();
    List<String> proofs = new ArrayList<>();
    String consortium =
        new Membership(log).consortium().map(Object::toString).orElse("a consortium");
    List<Witness.Signer> signers = signers(log);
    for (Path file : files) {
      try {
        Witness witness = Witness.read(file, consortium, signers);
        compare(log, witness, isWhole, findings);
        if (isEnd(log, witness)) {
          proofs.add(witness.signer() + " (" + witness.file() + ")");
        }
      } catch (FormatException e) {
        String name = String.valueOf(file.getFileName());
        String sentence = "checkpoint " + name + " proves nothing: " + e.getMessage();
        findings.add(new Finding.OfFile(name, Rule.CHECKPOINT_INVALID, sentence));
      }
    }
    boolean isProven = !proofs.isEmpty() && isWhole;
    End end = isProven ? new End.Proven(log.size(), proofs) : new End.Unproven(log.size());
    return new EndCheck(List.copyOf(findings), end);
  }

  private static boolean isEnd(VerifiedLog log, Witness witness) {
    return witness.seen().equals(log.seen());
  }

  private static void compare(
      VerifiedLog log, Witness witness, boolean isWhole, List<Finding> findings) {
    long size = witness.seen().size();
    String who = witness.signer() + " signed in " + witness.file() + " for " + size + " entries";
    if (size > log.size()) {
      if (isWhole) {
        String sentence =
            "the log was cut: "
                + who
                + ", and it has "
                + log.size()
                + "; entry "
                + log.size()
                + " and what follows it are missing";
        findings.add(
            new Finding.OfEntry(log.size(), null, "position", Rule.LOG_CUT, null, sentence));
      }
    } else if (!log.tree().root(size).equals(witness.seen().root())) {
      String sentence = "the log was rewritten: " + who + " with another root than it has";
      long last = size - 1;
      findings.add(new Finding.OfEntry(last, null, "seen", Rule.LOG_REWRITTEN, null, sentence));
    }
  }

  /** Every key that ever signed for a member, but those that were revoked. */
  private static List<Witness.Signer> signers(VerifiedLog log) {
    Set<Witness.Signer> signers = new LinkedHashSet<>();
    Membership membership = new Membership(log);
    for (Member member : membership.members()) {
      signers.add(new Witness.Signer(member.id(), member.signingKey()));
    }
    for (SignedEntry signed : log.entries()) {
      if (signed.entry() instanceof KeyEvent event) {
        PublicKey added = event.action() == KeyAction.ADD ? event.key() : event.successor();
        if (added != null) {
          signers.add(new Witness.Signer(event.member(), added));
        }
      }
    }
    signers.removeIf(signer -> membership.isRevoked(signer.member(), signer.key().id()));
    return List.copyOf(signers);
  }
}
