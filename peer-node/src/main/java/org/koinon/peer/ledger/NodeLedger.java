package org.koinon.peer.ledger;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerState;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;

/**
 * A ledger as this node believes it: every entry is judged here before the node acts on it.
 *
 * <p>Safe for use by several threads.
 */
public final class NodeLedger implements LedgerState, AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Ledger ledger;
  private final LedgerFollower follower;

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
