package org.koinon.libp2p.pubsub;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.koinon.libp2p.core.PeerId;

/**
 * Remembers which messages were met, so that each is handled once. Safe for use by several threads.
 *
 * <p>An id is remembered for the time to live, or until the cache is full. What is forgotten leaves
 * a floor behind: the highest forgotten sequence number of its author. A message at or below the
 * floor counts as seen, so an old message cannot be replayed once its id has been forgotten. Only
 * messages with a good signature are added; a forged one can neither suppress the true one nor move
 * a floor.
 */
final class SeenCache {
  private static final int MAX_AUTHORS = 4096;

  private record Entry(PeerId author, long seqno, long addedNanos) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<MessageId, Entry> entries = new LinkedHashMap<>();
  private final LinkedHashMap<PeerId, Long> floors = new LinkedHashMap<>(16, 0.75f, true);
  private final long ttlNanos;
  private final int maxEntries;

  SeenCache(long ttlNanos, int maxEntries) {
    this.ttlNanos = ttlNanos;
    this.maxEntries = maxEntries;
  }

  /** True when the message was not known before; it is known from now on. */
  boolean add(SignedMessage message, long nowNanos) {
    lock.lock();
    try {
      forget(nowNanos);
      if (known(message)) {
        return false;
      }
      entries.put(message.id(), new Entry(message.author(), message.seqno(), nowNanos));
      return true;
    } finally {
      lock.unlock();
    }
  }

  boolean contains(SignedMessage message) {
    lock.lock();
    try {
      return known(message);
    } finally {
      lock.unlock();
    }
  }

  boolean contains(MessageId id) {
    lock.lock();
    try {
      return entries.containsKey(id);
    } finally {
      lock.unlock();
    }
  }

  private boolean known(SignedMessage message) {
    Long floor = floors.get(message.author());
    return (floor != null && Long.compareUnsigned(message.seqno(), floor) <= 0)
        || entries.containsKey(message.id());
  }

  private void forget(long nowNanos) {
    var eldest = entries.entrySet().iterator();
    while (eldest.hasNext()) {
      Map.Entry<MessageId, Entry> next = eldest.next();
      Entry entry = next.getValue();
      if (nowNanos - entry.addedNanos() < ttlNanos && entries.size() < maxEntries) {
        return;
      }
      floors.merge(
          entry.author(), entry.seqno(), (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
      eldest.remove();
      if (floors.size() > MAX_AUTHORS) {
        floors.pollFirstEntry();
      }
    }
  }
}
