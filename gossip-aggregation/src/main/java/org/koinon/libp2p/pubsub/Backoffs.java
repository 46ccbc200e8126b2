package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.koinon.libp2p.core.PeerId;

/** Until when no GRAFT may pass between us and a peer, per topic. Owned by the router's thread. */
final class Backoffs {
  private record Link(PeerId peer, Topic topic) {}

  private record Span(long fromNanos, long untilNanos) {}

  private final Map<Link, Span> spans = new HashMap<>();

  /** Starts a back-off; a longer one that runs already stands. */
  void start(PeerId peer, Topic topic, Duration length, long nowNanos) {
    Span span = new Span(nowNanos, nowNanos + length.toNanos());
    spans.merge(new Link(peer, topic), span, (a, b) -> a.untilNanos - b.untilNanos >= 0 ? a : b);
  }

  boolean active(PeerId peer, Topic topic, long nowNanos) {
    Span span = spans.get(new Link(peer, topic));
    return span != null && nowNanos - span.untilNanos < 0;
  }

  /** True when a back-off began less than {@code window} ago: a GRAFT so soon is no accident. */
  boolean fresh(PeerId peer, Topic topic, Duration window, long nowNanos) {
    Span span = spans.get(new Link(peer, topic));
    return span != null && nowNanos - span.fromNanos < window.toNanos();
  }

  /** Forgets what ended more than {@code slack} ago. */
  void sweep(Duration slack, long nowNanos) {
    spans.values().removeIf(span -> nowNanos - span.untilNanos >= slack.toNanos());
  }
}
