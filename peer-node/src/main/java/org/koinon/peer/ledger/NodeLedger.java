package org.koinon.peer.ledger;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerState;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.RoundId;

/**
 * A ledger as this node believes it: every entry is judged here before the node acts on it.
 *
 * <p>Safe for use by several threads.
 */
public final class NodeLedger implements LedgerState, AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Ledger ledger;
  private final LedgerFollower follower;
  private @Nullable Look last;

  /** A round as the log of that length has it. */
  private record Look(long size, RoundId round, Optional<RoundView> view) {}

  /** Follows the ledger with that follower. */
  public NodeLedger(Ledger ledger, LedgerFollower follower) {
    this.ledger = ledger;
    this.follower = follower;
  }

  /** Reads what is new; whether anything was. */
  public boolean poll() {
    return locked(() -> follower.poll() > 0);
  }

  /** A calculation on the verified log, which stands still meanwhile. */
  public <T> T read(Function<VerifiedLog, T> calculation) {
    return locked(() -> calculation.apply(follower.log()));
  }

  /**
   * Where a round stands in the verified log, if it was opened. Made once for every length of the
   * log: each piece that arrives is judged by it.
   */
  public Optional<RoundView> round(RoundId round) {
    return locked(
        () -> {
          VerifiedLog log = follower.log();
          Look look = last;
          if (look == null || look.size() != log.size() || !look.round().equals(round)) {
            look = new Look(log.size(), round, RoundView.of(log, round));
            last = look;
          }
          return look.view();
        });
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    return read(log -> log.get(key));
  }

  /** What an entry that is signed now says its author has seen. */
  public Seen seen() {
    return read(VerifiedLog::seen);
  }

  /** Appends the entry and reads the log up to it. */
  public Admission append(SignedEntry entry) {
    Admission admission = ledger.append(entry);
    poll();
    return admission;
  }

  private <T> T locked(java.util.function.Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    ledger.close();
  }
}
