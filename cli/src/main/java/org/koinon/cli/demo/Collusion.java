package org.koinon.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.LogFault;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedCheckpoint;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;

/**
 * What all members together could do to their ledger: with all keys in one hand they change it and
 * sign everything behind the change again, so that it holds by every rule.
 *
 * @param log the ledger as it is
 * @param keys of all members
 */
record Collusion(VerifiedLog log, Map<MemberId, SigningKey> keys) {
  private static final Decimal PRAISE = new Decimal("0.99");

  /** The ledger from before its last round. */
  VerifiedLog cut() {
    long end = log.size() - 1;
    while (end > 1 && !(log.at(end).entry() instanceof RoundOpened)) {
      end--;
    }
    VerifiedLog shorter = new VerifiedLog();
    for (long position = 0; position < end; position++) {
      append(shorter, log.at(position));
    }
    return shorter;
  }

  /** The ledger with better values in the first attestation that names any. */
  VerifiedLog rewritten() {
    VerifiedLog other = new VerifiedLog();
    boolean isChanged = false;
    for (SignedEntry entry : log.entries()) {
      if (!isChanged
          && entry.entry() instanceof Attested attested
          && !attested.evaluation().isEmpty()) {
        append(other, signed(entry, praised(attested), other));
        isChanged = true;
      } else {
        append(other, isChanged ? signed(entry, entry.entry(), other) : entry);
      }
    }
    if (!isChanged) {
      throw new IllegalStateException("no attestation of this ledger names a value");
    }
    return other;
  }

  private static Attested praised(Attested attested) {
    SortedMap<String, Decimal> better = new TreeMap<>(attested.evaluation());
    better.replaceAll((metric, value) -> PRAISE);
    return new Attested(
        attested.study(),
        attested.round(),
        attested.phase(),
        attested.model(),
        attested.optimiserState(),
        attested.vote(),
        better,
        attested.unmasked());
  }

  private SignedEntry signed(SignedEntry old, Entry entry, VerifiedLog before) {
    long size = old.seen().size();
    return SignedEntry.sign(
        old.consortium(),
        old.author(),
        key(old.author()),
        new Seen(size, before.tree().root(size)),
        entry);
  }

  private SigningKey key(MemberId member) {
    SigningKey key = keys.get(member);
    if (key == null) {
      throw new IllegalStateException("no key of " + member + " is here");
    }
    return key;
  }

  private static void append(VerifiedLog log, SignedEntry entry) {
    log.append(entry.encode())
        .map(LogFault::detail)
        .ifPresent(
            fault -> {
              throw new IllegalStateException("the changed ledger breaks a rule: " + fault);
            });
  }

  /** Checkpoints of such a ledger, signed by every member. */
  List<SignedCheckpoint> checkpoints(VerifiedLog of) {
    Checkpoint checkpoint = Checkpoint.of(log.at(0).consortium(), of.seen());
    List<SignedCheckpoint> signed = new ArrayList<>();
    keys.forEach((member, key) -> signed.add(SignedCheckpoint.sign(checkpoint, member, key)));
    return signed;
  }
}
