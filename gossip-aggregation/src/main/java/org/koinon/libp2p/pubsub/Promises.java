package org.koinon.libp2p.pubsub;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.koinon.libp2p.core.PeerId;

/**
 * Messages that peers announced and we asked for: who must deliver what, and until when. Owned by
 * the router's thread.
 *
 * <p>One id of each IWANT is watched; watching all would blame a peer many times for one loss.
 */
final class Promises {
  private static final int MAX_WATCHED = 8192;

  private final Map<MessageId, Map<PeerId, Long>> watched = new HashMap<>();

  void watch(MessageId id, PeerId peer, long untilNanos) {
    if (watched.size() < MAX_WATCHED) {
      watched.computeIfAbsent(id, _ -> new HashMap<>()).putIfAbsent(peer, untilNanos);
    }
  }

  /** The message came, from whomever; nobody is to blame any more. */
  void kept(MessageId id) {
    watched.remove(id);
  }

  /** How many promises each peer has broken since the last call. */
  Map<PeerId, Integer> takeBroken(long nowNanos) {
    Map<PeerId, Integer> broken = new HashMap<>();
    Iterator<Map<PeerId, Long>> each = watched.values().iterator();
    while (each.hasNext()) {
      Map<PeerId, Long> promises = each.next();
      promises
          .entrySet()
          .removeIf(
              promise -> {
                boolean late = nowNanos - promise.getValue() >= 0;
                if (late) {
                  broken.merge(promise.getKey(), 1, Integer::sum);
                }
                return late;
              });
      if (promises.isEmpty()) {
        each.remove();
      }
    }
    return broken;
  }

  void forget(PeerId peer) {
    watched.values().forEach(promises -> promises.remove(peer));
    watched.values().removeIf(Map::isEmpty);
  }
}
