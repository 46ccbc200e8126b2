package org.koinon.libp2p.pubsub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.koinon.libp2p.core.PeerId;

/**
 * The recent messages, in one window per heartbeat, that IHAVE announces and IWANT asks for. Owned
 * by the router's thread.
 *
 * <p>Bounded in bytes: a message that does not fit is still forwarded, but cannot be asked for.
 */
final class MessageCache {
  private static final class Cached {
    final SignedMessage message;
    final Map<PeerId, Integer> sent = new HashMap<>();

    Cached(SignedMessage message) {
      this.message = message;
    }
  }

  private final Map<MessageId, Cached> messages = new HashMap<>();
  private final Deque<List<MessageId>> windows = new ArrayDeque<>();
  private final GossipsubConfig.LazyGossip rules;
  private final long maxBytes;
  private long bytes;

  MessageCache(GossipsubConfig.LazyGossip rules, long maxBytes) {
    this.rules = rules;
    this.maxBytes = maxBytes;
    windows.addFirst(new ArrayList<>());
  }

  void put(SignedMessage message) {
    if (bytes + message.sizeBytes() > maxBytes
        || messages.putIfAbsent(message.id(), new Cached(message)) != null) {
      return;
    }
    bytes += message.sizeBytes();
    windows.getFirst().add(message.id());
  }

  /** The message, unless it is unknown or this peer has had it as often as one may ask. */
  Optional<SignedMessage> takeFor(MessageId id, PeerId peer) {
    Cached cached = messages.get(id);
    if (cached == null || cached.sent.merge(peer, 1, Integer::sum) > rules.retransmissions()) {
      return Optional.empty();
    }
    return Optional.of(cached.message);
  }

  /** Ids of the topic in the newest windows, as many as gossip speaks of. */
  List<MessageId> gossipIds(Topic topic) {
    return windows.stream()
        .limit(rules.gossipWindows())
        .flatMap(List::stream)
        .filter(id -> topic.equals(topicOf(id)))
        .toList();
  }

  private Topic topicOf(MessageId id) {
    Cached cached = messages.get(id);
    if (cached == null) {
      throw new IllegalStateException("message " + id + " stands in a window but is not cached");
    }
    return cached.message.topic();
  }

  /** Opens a new window and drops the oldest. */
  void shift() {
    windows.addFirst(new ArrayList<>());
    while (windows.size() > rules.historyWindows()) {
      for (MessageId id : windows.removeLast()) {
        Cached gone = messages.remove(id);
        if (gone != null) {
          bytes -= gone.message.sizeBytes();
        }
      }
    }
  }

  int size() {
    return messages.size();
  }
}
