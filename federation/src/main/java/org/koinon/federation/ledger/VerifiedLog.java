package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.MemberId;

/**
 * A log as a reader believes it: every entry judged by {@link LedgerRules} in its place, every
 * {@code seen} compared with the entries before it, in memory.
 *
 * <p>Where the ledger refuses a wrong {@code seen} at writing, one that stands shows that entries
 * were removed or moved since: a fault. Where the ledger cannot ({@link Ledger#refusesWrongSeen}),
 * one that stands accuses its author, as long as no more than f members are accused; when more are,
 * an honest one is among them, and this log is not the one it saw: a fault.
 *
 * <p>Not thread-safe.
 */
public final class VerifiedLog implements LedgerState {
  private final Map<EntryKey, SignedEntry> byKey = new HashMap<>();
  private final List<SignedEntry> entries = new ArrayList<>();
  private final MerkleTree tree = new MerkleTree();
  private final SortedMap<MemberId, LogFault> accused = new TreeMap<>();
  private final boolean toleratesWrongSeen;
  private final Judgements judgements;

  /** Of a ledger that refuses a wrong {@code seen}. */
  public VerifiedLog() {
    this(Judgements.NONE);
  }

  /** The same, that asks first whether an entry was judged in its place before. */
  public VerifiedLog(Judgements judgements) {
    this(false, judgements);
  }

  private VerifiedLog(boolean toleratesWrongSeen, Judgements judgements) {
    this.toleratesWrongSeen = toleratesWrongSeen;
    this.judgements = judgements;
  }

  /** A new reader's of that ledger, by what it refuses. */
  public static VerifiedLog of(Ledger ledger) {
    return of(ledger, Judgements.NONE);
  }

  /** The same, that asks first whether an entry was judged in its place before. */
  public static VerifiedLog of(Ledger ledger, Judgements judgements) {
    return new VerifiedLog(!ledger.refusesWrongSeen(), judgements);
  }

  /** Takes the next entry, unless it shows that the log is not an honest one. */
  public Optional<LogFault> append(byte[] bytes) {
    Digest leaf = MerkleTree.leafHash(bytes);
    Judgements.Place place = new Judgements.Place(seen(), leaf);
    Optional<SignedEntry> known = judgements.known(place);
    if (known.isPresent()) {
      take(known.get(), leaf);
      return Optional.empty();
    }
    int accusedBefore = accused.size();
    Optional<LogFault> fault = examine(bytes, leaf);
    if (fault.isEmpty() && accused.size() == accusedBefore) {
      judgements.remember(place, entries.getLast());
    }
    return fault;
  }

  private void take(SignedEntry entry, Digest leaf) {
    byKey.put(entry.entryKey(), entry);
    entries.add(entry);
    tree.append(leaf);
  }

  private Optional<LogFault> examine(byte[] bytes, Digest leaf) {
    SignedEntry entry;
    try {
      entry = SignedEntry.decode(bytes);
    } catch (FormatException e) {
      return fault(null, LogFault.Kind.REFUSED, Refusal.MALFORMED, String.valueOf(e.getMessage()));
    }
    Optional<LogFault> fault =
        judge(entry).or(() -> wrongSeen(entry).flatMap(wrong -> accuse(entry.author(), wrong)));
    if (fault.isEmpty()) {
      take(entry, leaf);
    }
    return fault;
  }

  private Optional<LogFault> judge(SignedEntry entry) {
    EntryKey key = entry.entryKey();
    switch (LedgerRules.admit(this, entry)) {
      case Admission.Refused(Refusal refusal, String detail) -> {
        return fault(key, LogFault.Kind.REFUSED, refusal, refusal.sentence() + ": " + detail);
      }
      case Admission.Present present -> {
        return fault(key, LogFault.Kind.REPEATED, null, "the same stands earlier in the log");
      }
      case Admission.Admitted admitted -> {
        return Optional.empty();
      }
    }
  }

  private Optional<LogFault> wrongSeen(SignedEntry entry) {
    EntryKey key = entry.entryKey();
    Seen seen = entry.seen();
    if (seen.size() > size()) {
      String detail = "seen.size " + seen.size() + " exceeds the " + size() + " entries before it";
      return fault(key, LogFault.Kind.SEEN_AHEAD, null, detail);
    }
    if (!tree.root(seen.size()).equals(seen.root())) {
      String detail =
          "seen.root is not the root of the first " + seen.size() + " entries of this log";
      return fault(key, LogFault.Kind.SEEN_DIFFERS, null, detail);
    }
    return Optional.empty();
  }

  /** Nothing, if no more are accused than a consortium of this size tolerates. */
  private Optional<LogFault> accuse(MemberId author, LogFault fault) {
    int members = new Membership(this).members().size();
    if (!toleratesWrongSeen || members == 0) {
      return Optional.of(fault);
    }
    accused.putIfAbsent(author, fault);
    return accused.size() > new Quorum(members).faults() ? Optional.of(fault) : Optional.empty();
  }

  private Optional<LogFault> fault(
      @org.jspecify.annotations.Nullable EntryKey key,
      LogFault.Kind kind,
      @org.jspecify.annotations.Nullable Refusal refusal,
      String detail) {
    return Optional.of(new LogFault(size(), key, kind, refusal, detail));
  }

  /**
   * Who signed a {@code seen} that is no beginning of this log, each with the first entry where it
   * shows: it lied, or it saw another log.
   */
  public SortedMap<MemberId, LogFault> accused() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(accused));
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** How many entries. */
  public long size() {
    return entries.size();
  }

  /** The Merkle root over all of them. */
  public Digest root() {
    return tree.root();
  }

  /** What an author who signs now has seen. */
  public Seen seen() {
    return new Seen(size(), root());
  }

  /** The entry at a position. */
  public SignedEntry at(long position) {
    return entries.get(Math.toIntExact(position));
  }

  /** All entries in order, as they are now. */
  public List<SignedEntry> entries() {
    return List.copyOf(entries);
  }

  /** The tree, for proofs. */
  public MerkleTree tree() {
    return tree;
  }
}
