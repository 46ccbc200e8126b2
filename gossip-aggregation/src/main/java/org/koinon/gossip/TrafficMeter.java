package org.koinon.gossip;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Adds up {@link Traffic} per peer. Safe for several threads. */
public final class TrafficMeter {
  private final ConcurrentHashMap<PeerAddress, Traffic> sent = new ConcurrentHashMap<>();

  public void payload(PeerAddress to, PieceKind kind, long bytes) {
    sent.merge(to, Traffic.NONE.plusPayload(kind, bytes), (old, _) -> old.plusPayload(kind, bytes));
  }

  public void envelope(PeerAddress to, long bytes) {
    sent.merge(to, Traffic.NONE.plusEnvelope(bytes), (old, _) -> old.plusEnvelope(bytes));
  }

  /** In the order of the peers' names. */
  public Map<PeerAddress, Traffic> snapshot() {
    return new TreeMap<>(sent);
  }
}
