package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.koinon.libp2p.core.PeerId;

/**
 * All that the router remembers: peers, meshes, fanouts, back-offs, scores and caches. One thread
 * owns it. Every map keeps its order, so that one seed gives one run.
 */
final class RouterState {
  /** Peers for a topic that we publish to without being subscribed. */
  static final class Fanout {
    final Set<PeerId> peers = new LinkedHashSet<>();
    long lastPublishedNanos;
  }

  private static final long CACHE_BYTES = 32L << 20;

  final GossipsubConfig config;
  final TopicFilter filter;
  final Map<PeerId, PeerState> peers = new LinkedHashMap<>();
  final Map<Topic, Set<PeerId>> mesh = new LinkedHashMap<>();
  final Map<Topic, Fanout> fanout = new LinkedHashMap<>();
  final Backoffs backoffs = new Backoffs();
  final Promises promises = new Promises();
  final MessageCache cache;
  final PeerScore score;
  private final Random random;
  private final LongSupplier nanos;

  RouterState(GossipsubConfig config, TopicFilter filter, Random random, LongSupplier nanos) {
    this.config = config;
    this.filter = filter;
    this.random = random;
    this.nanos = nanos;
    this.cache = new MessageCache(config.lazy(), CACHE_BYTES);
    this.score = new PeerScore(config.score());
  }

  long now() {
    return nanos.getAsLong();
  }

  /** Subscribers of the topic that pass the test, in random order. */
  List<PeerId> subscribers(Topic topic, Predicate<PeerId> test) {
    List<PeerId> found = new ArrayList<>();
    peers.forEach(
        (peer, state) -> {
          if (state.topics.contains(topic) && test.test(peer)) {
            found.add(peer);
          }
        });
    Collections.shuffle(found, random);
    return found;
  }

  /** Subscribers that may be grafted now. */
  List<PeerId> candidates(Topic topic) {
    Set<PeerId> members = mesh.getOrDefault(topic, Set.of());
    long now = now();
    return subscribers(
        topic,
        peer ->
            !members.contains(peer)
                && !backoffs.active(peer, topic, now)
                && score.score(peer) >= 0);
  }

  <T> List<T> shuffled(List<T> items) {
    List<T> copy = new ArrayList<>(items);
    Collections.shuffle(copy, random);
    return copy;
  }

  void enterMesh(PeerId peer, Topic topic) {
    Set<PeerId> members = mesh.get(topic);
    if (members == null) {
      throw new IllegalStateException("no mesh for " + topic + ": it was not joined");
    }
    if (members.add(peer)) {
      score.grafted(peer, topic);
    }
  }

  /** Takes the peer out of the mesh and starts the back-off that both sides then keep. */
  void leaveMesh(PeerId peer, Topic topic, Duration backoff) {
    Set<PeerId> members = mesh.get(topic);
    if (members != null && members.remove(peer)) {
      score.pruned(peer, topic);
    }
    backoffs.start(peer, topic, backoff, now());
  }
}
