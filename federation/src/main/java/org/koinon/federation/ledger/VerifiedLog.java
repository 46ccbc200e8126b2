package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.MerkleTree;

/**
 * A log as a reader believes it: every entry judged by {@link LedgerRules} in its place, every
 * {@code seen} compared with the entries before it, in memory.
 *
 * <p>Not thread-safe.
 */
public final class VerifiedLog implements LedgerState {
  private final Map<EntryKey, SignedEntry> byKey = new HashMap<>();
  private final List<SignedEntry> entries = new ArrayList<>();
  private final MerkleTree tree = new MerkleTree();

  /** Takes the next entry, unless it shows that the log is not an honest one. */
  public Optional<LogFault> append(byte[] bytes) {
    SignedEntry entry;
    try {
      entry = SignedEntry.decode(bytes);
    } catch (FormatException e) {
      return fault(null, LogFault.Kind.REFUSED, Refusal.MALFORMED, String.valueOf(e.getMessage()));
    }
    Optional<LogFault> fault = judge(entry);
    if (fault.isEmpty()) {
      byKey.put(entry.entryKey(), entry);
      entries.add(entry);
      tree.append(MerkleTree.leafHash(bytes));
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
      case Admission.Admitted admitted -> {}
    }
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

  private Optional<LogFault> fault(
      @org.jspecify.annotations.Nullable EntryKey key,
      LogFault.Kind kind,
      @org.jspecify.annotations.Nullable Refusal refusal,
      String detail) {
    return Optional.of(new LogFault(size(), key, kind, refusal, detail));
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
