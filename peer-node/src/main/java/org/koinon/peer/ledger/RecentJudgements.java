package org.koinon.peer.ledger;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.koinon.federation.ledger.Judgements;
import org.koinon.federation.ledger.SignedEntry;

/**
 * What this process judged of late. A node's ledger and its follower each read every entry, and all
 * nodes of a simulation do: one of them judges it.
 */
public final class RecentJudgements implements Judgements {
  private static final RecentJudgements OF_THIS_PROCESS = new RecentJudgements(16 << 20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Place, SignedEntry> known = new LinkedHashMap<>();
  private final long bytesMax;
  private long bytes;

  RecentJudgements(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** At most 16 MiB of entries, the oldest are forgotten. */
  public static RecentJudgements ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  @Override
  public Optional<SignedEntry> known(Place place) {
    lock.lock();
    try {
      return Optional.ofNullable(known.get(place));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void remember(Place place, SignedEntry entry) {
    lock.lock();
    try {
      if (known.putIfAbsent(place, entry) == null) {
        bytes += entry.encode().length;
      }
      var oldest = known.values().iterator();
      while (bytes > bytesMax) {
        bytes -= oldest.next().encode().length;
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }
}
