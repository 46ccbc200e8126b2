package org.koinon.peer.ledger;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LogFault;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's own verified copy of a ledger, and its memory of how far it had verified before.
 *
 * <p>What it verified last is pinned in a file outside the ledger; a ledger that does not continue
 * it is a {@link LedgerRewrittenException}, one with an entry that the rules refuse a {@link
 * FaultyLogException}. Not thread-safe.
 */
public final class LedgerFollower {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerFollower.class);
  private static final int BATCH_MAX = 256;

  private final Ledger ledger;
  private final LedgerPin pin;
  private final VerifiedLog log;
  private @Nullable Checkpoint pinned;

  /**
   * Follows the ledger from its beginning.
   *
   * @param ledger which
   * @param pinFile where the last verified checkpoint is kept; its folder exists
   */
  public LedgerFollower(Ledger ledger, Path pinFile) {
    this.ledger = ledger;
    this.pin = new LedgerPin(pinFile);
    this.log = VerifiedLog.of(ledger, RecentJudgements.ofThisProcess());
    this.pinned = pin.read().orElse(null);
  }

  /** Reads, verifies and pins what is new; gives how many entries that was. */
  public int poll() {
    long before = log.size();
    List<byte[]> batch = news();
    while (!batch.isEmpty()) {
      batch.forEach(this::take);
      batch = ledger.read(log.size(), BATCH_MAX);
    }
    checkReached();
    if (log.size() > before && (pinned == null || log.size() > pinned.size())) {
      pinned = Checkpoint.of(log.at(0).consortium(), log.seen());
      pin.write(pinned);
    }
    return Math.toIntExact(log.size() - before);
  }

  /** The verified entries; it grows at each poll. */
  public VerifiedLog log() {
    return log;
  }

  /** The last checkpoint that was verified and pinned, by this follower or one before it. */
  public Optional<Checkpoint> pinned() {
    return Optional.ofNullable(pinned);
  }

  /**
   * What follows the last entry that was verified, which is read again: whoever rewrites entries
   * under a running node changes that one too, or is found later.
   */
  private List<byte[]> news() {
    if (log.size() == 0) {
      return ledger.read(0, BATCH_MAX);
    }
    long last = log.size() - 1;
    List<byte[]> found = ledger.read(last, BATCH_MAX);
    if (found.isEmpty()) {
      throw new LedgerRewrittenException(
          log.size() + " entries were verified earlier, and the ledger has " + ledger.size());
    }
    if (!Arrays.equals(found.getFirst(), log.at(last).encode())) {
      throw new LedgerRewrittenException("entry " + last + " is not the one verified earlier");
    }
    return found.subList(1, found.size());
  }

  private void take(byte[] entry) {
    int accusedBefore = log.accused().size();
    Optional<LogFault> fault = log.append(entry);
    if (fault.isPresent()) {
      throw new FaultyLogException("the ledger", fault.get());
    }
    if (log.accused().size() > accusedBefore) {
      MemberId author = log.at(log.size() - 1).author();
      LOG.warn(
          "{} signed a false view of the ledger: {}",
          author,
          Objects.requireNonNull(log.accused().get(author)).sentence());
    }
    if (pinned != null && log.size() == pinned.size()) {
      checkPin(pinned);
    }
  }

  private void checkPin(Checkpoint verified) {
    Checkpoint found = Checkpoint.of(log.at(0).consortium(), new Seen(log.size(), log.root()));
    if (!found.equals(verified)) {
      throw new LedgerRewrittenException(
          "the root of the first "
              + verified.size()
              + " entries of "
              + verified.origin()
              + " was "
              + verified.root()
              + ", and the ledger has "
              + found.root()
              + " of "
              + found.origin());
    }
  }

  private void checkReached() {
    if (pinned != null && log.size() < pinned.size()) {
      throw new LedgerRewrittenException(
          pinned.size() + " entries were verified earlier, and the ledger gives " + log.size());
    }
  }
}
