package org.koinon.peer.ledger.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.LogFault;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.peer.ledger.FaultyLogException;
import org.koinon.peer.ledger.RecentJudgements;

/**
 * A ledger in one SQLite file on one machine; several processes may hold handles on it.
 *
 * <p>It protects against accidents and against members who cannot write the file. Every entry that
 * another handle wrote is judged before it is believed: one that the rules refuse is a {@link
 * FaultyLogException}. An append is durable (fsync) when it returns; it waits at most 20 s for
 * other writers. Besides the rules, {@code seen} is compared with the log before an entry is
 * written, since no reader would accept the log after a wrong one.
 *
 * <p>Safe for use by several threads.
 */
public final class EmbeddedLedger implements Ledger {
  private static final int BATCH_MAX = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final LedgerFile file;
  private final @Nullable ConsortiumId expected;
  private final VerifiedLog log = new VerifiedLog(RecentJudgements.ofThisProcess());
  private boolean closed;

  EmbeddedLedger(LedgerFile file, @Nullable ConsortiumId expected) {
    this.file = file;
    this.expected = expected;
  }

  /**
   * Opens the ledger in that file and verifies it; makes the file if there is none.
   *
   * @throws LedgerException if it is no ledger, cannot be written or does not verify
   */
  public static EmbeddedLedger open(Path path) {
    return opened(path, null);
  }

  /** The same, for the ledger of one consortium only. */
  public static EmbeddedLedger open(Path path, ConsortiumId expected) {
    return opened(path, expected);
  }

  private static EmbeddedLedger opened(Path path, @Nullable ConsortiumId expected) {
    LedgerFile file = LedgerFile.open(path, LedgerFile.Patience.USUAL);
    EmbeddedLedger ledger = new EmbeddedLedger(file, expected);
    try {
      ledger.size();
      return ledger;
    } catch (LedgerException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Admission append(SignedEntry entry) {
    byte[] bytes = entry.encode();
    lock.lock();
    try {
      checkOpen();
      file.begin();
      try {
        catchUp();
        Admission admission = judge(entry, bytes);
        if (admission instanceof Admission.Admitted) {
          file.insert(log.size(), bytes);
          file.commit(entry.entryKey());
        }
        return admission;
      } finally {
        file.rollback();
      }
    } finally {
      lock.unlock();
    }
  }

  private Admission judge(SignedEntry entry, byte[] bytes) {
    if (expected != null && !expected.equals(entry.consortium())) {
      return new Admission.Refused(Refusal.WRONG_CONSORTIUM, entry.consortium().value());
    }
    Admission admission = LedgerRules.admit(log, bytes);
    if (!(admission instanceof Admission.Admitted)) {
      return admission;
    }
    Seen seen = entry.seen();
    boolean holds = seen.size() <= log.size() && log.tree().root(seen.size()).equals(seen.root());
    return holds
        ? admission
        : new Admission.Refused(
            Refusal.SEEN_INVALID,
            "its seen (size " + seen.size() + ") is not a beginning of this ledger");
  }

  /** Reads and verifies what was written since, by whomever. */
  private void catchUp() {
    long size = file.size();
    if (size < log.size()) {
      throw new LedgerException(
          Advice.STOP,
          file.path() + " lost entries: it had " + log.size() + " and has " + size,
          null);
    }
    while (log.size() < size) {
      if (log.size() == 0) {
        file.checkStart();
      }
      for (byte[] bytes : file.rows(log.size(), BATCH_MAX)) {
        Optional<LogFault> fault = log.append(bytes);
        if (fault.isPresent()) {
          throw new FaultyLogException(file.path().toString(), fault.get());
        }
        checkConsortium();
      }
    }
  }

  private void checkConsortium() {
    if (log.size() != 1) {
      return;
    }
    ConsortiumId found = log.at(0).consortium();
    if (expected != null && !expected.equals(found)) {
      throw new LedgerException(
          Advice.STOP,
          file.path() + " is the ledger of consortium " + found + ", not of " + expected,
          null);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the ledger in " + file.path() + " was closed");
    }
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    lock.lock();
    try {
      checkOpen();
      catchUp();
      return log.get(key);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long size() {
    lock.lock();
    try {
      checkOpen();
      catchUp();
      return log.size();
    } finally {
      lock.unlock();
    }
  }

  /** {@inheritDoc} As they are in the file now, not judged; at most 256. */
  @Override
  public List<byte[]> read(long from, int max) {
    if (from < 0 || max < 1) {
      throw new IllegalArgumentException("from " + from + ", max " + max);
    }
    lock.lock();
    try {
      checkOpen();
      return file.rows(from, Math.min(max, BATCH_MAX));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        file.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
