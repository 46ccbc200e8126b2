package org.koinon.libp2p.pubsub;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** What the router knows of one connected peer. Owned by the router's thread. */
final class PeerState {
  static final int MAX_TOPICS = 64;
  private static final int UNWANTED_HEARTBEATS = 3;

  /** Whether we dialled it; an attacker cannot choose whom we dial. */
  final boolean outbound;

  final Set<Topic> topics = new LinkedHashSet<>();
  private final Map<MessageId, Integer> unwanted = new HashMap<>();

  boolean understandsIdontwant;
  int ihaveMessages;
  int idsAsked;
  int idontwantIds;
  int pendingValidations;

  PeerState(boolean outbound) {
    this.outbound = outbound;
  }

  void refuse(MessageId id) {
    unwanted.put(id, UNWANTED_HEARTBEATS);
  }

  boolean wants(MessageId id) {
    return !unwanted.containsKey(id);
  }

  /** A heartbeat has passed: counters start again, refusals age. */
  void nextHeartbeat() {
    ihaveMessages = 0;
    idsAsked = 0;
    idontwantIds = 0;
    unwanted.replaceAll((_, left) -> left - 1);
    unwanted.values().removeIf(left -> left <= 0);
  }
}
