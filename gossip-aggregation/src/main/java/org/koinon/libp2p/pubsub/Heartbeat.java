package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.koinon.libp2p.core.PeerId;

/**
 * The periodic care of the meshes: repair what is too small, cut what is too large, look for better
 * peers, announce recent messages. Owned by the router's thread.
 */
final class Heartbeat {
  private static final int SWEEP_TICKS = 15;
  private static final int OPPORTUNISTIC_TICKS = 60;
  private static final int OPPORTUNISTIC_PEERS = 2;

  private final RouterState state;
  private final RouterOutput out;
  private long ticks;

  Heartbeat(RouterState state, RouterOutput out) {
    this.state = state;
    this.out = out;
  }

  void beat() {
    ticks++;
    long now = state.now();
    state.peers.values().forEach(PeerState::nextHeartbeat);
    state.promises.takeBroken(now).forEach(state.score::misbehaved);
    if (ticks % SWEEP_TICKS == 0) {
      state.backoffs.sweep(state.config.timing().heartbeat().multipliedBy(2), now);
    }
    MeshChanges changes = new MeshChanges();
    for (Topic topic : state.mesh.keySet()) {
      maintain(topic, changes);
    }
    changes.send(out);
    maintainFanouts(now);
    for (Topic topic : topics()) {
      announce(topic);
    }
    state.cache.shift();
    state.score.decay(state.config.timing().heartbeat().toNanos() / 1e9, now);
  }

  private Set<Topic> topics() {
    Set<Topic> all = new HashSet<>(state.mesh.keySet());
    all.addAll(state.fanout.keySet());
    return all;
  }

  private void maintain(Topic topic, MeshChanges changes) {
    GossipsubConfig.MeshSize size = state.config.mesh();
    for (PeerId peer : List.copyOf(members(topic))) {
      if (state.score.score(peer) < 0) {
        prune(peer, topic, changes);
      }
    }
    if (members(topic).size() < size.low()) {
      int missing = size.target() - members(topic).size();
      state.candidates(topic).stream().limit(missing).forEach(peer -> graft(peer, topic, changes));
    }
    if (members(topic).size() > size.high()) {
      Set<PeerId> kept = survivors(topic);
      for (PeerId peer : List.copyOf(members(topic))) {
        if (!kept.contains(peer)) {
          prune(peer, topic, changes);
        }
      }
    }
    addOutbound(topic, changes);
    if (ticks % OPPORTUNISTIC_TICKS == 0) {
      graftOpportunistically(topic, changes);
    }
  }

  /** The best few, then outbound ones up to the quota, then others at random, up to the target. */
  private Set<PeerId> survivors(Topic topic) {
    GossipsubConfig.MeshSize size = state.config.mesh();
    List<PeerId> ranked = state.shuffled(List.copyOf(members(topic)));
    ranked.sort(Comparator.comparingDouble(state.score::score).reversed());
    Set<PeerId> kept = new HashSet<>(ranked.subList(0, size.best()));
    List<PeerId> rest = state.shuffled(ranked.subList(size.best(), ranked.size()));
    long quota = size.outbound() - kept.stream().filter(this::isOutbound).count();
    rest.stream().filter(this::isOutbound).limit(Math.max(0, quota)).forEach(kept::add);
    rest.stream()
        .filter(peer -> !kept.contains(peer))
        .limit(Math.max(0, size.target() - kept.size()))
        .toList()
        .forEach(kept::add);
    return kept;
  }

  private void addOutbound(Topic topic, MeshChanges changes) {
    long outbound = members(topic).stream().filter(this::isOutbound).count();
    int wanted = state.config.mesh().outbound();
    if (members(topic).size() >= state.config.mesh().low() && outbound < wanted) {
      state.candidates(topic).stream()
          .filter(this::isOutbound)
          .limit(wanted - outbound)
          .forEach(peer -> graft(peer, topic, changes));
    }
  }

  private void graftOpportunistically(Topic topic, MeshChanges changes) {
    if (members(topic).size() < 2) {
      return;
    }
    List<Double> scores = new ArrayList<>();
    members(topic).forEach(peer -> scores.add(state.score.score(peer)));
    scores.sort(null);
    double median = scores.get(scores.size() / 2);
    if (median < state.config.score().thresholds().opportunisticGraft()) {
      state.candidates(topic).stream()
          .filter(peer -> state.score.score(peer) > median)
          .limit(OPPORTUNISTIC_PEERS)
          .forEach(peer -> graft(peer, topic, changes));
    }
  }

  private void maintainFanouts(long now) {
    state
        .fanout
        .values()
        .removeIf(
            fanout -> now - fanout.lastPublishedNanos >= GossipsubConfig.Timing.FANOUT.toNanos());
    double threshold = state.config.score().thresholds().publish();
    state.fanout.forEach(
        (topic, fanout) -> {
          fanout.peers.removeIf(
              peer ->
                  !state.peers.containsKey(peer)
                      || !state.peers.get(peer).topics.contains(topic)
                      || state.score.score(peer) < threshold);
          int missing = state.config.mesh().target() - fanout.peers.size();
          state
              .subscribers(
                  topic,
                  peer -> !fanout.peers.contains(peer) && state.score.score(peer) >= threshold)
              .stream()
              .limit(Math.max(0, missing))
              .forEach(fanout.peers::add);
        });
  }

  private void announce(Topic topic) {
    List<MessageId> ids = state.cache.gossipIds(topic);
    if (ids.isEmpty()) {
      return;
    }
    RouterState.Fanout fanout = state.fanout.get(topic);
    double threshold = state.config.score().thresholds().gossip();
    List<PeerId> outside =
        state.subscribers(
            topic,
            peer ->
                !state.mesh.getOrDefault(topic, Set.of()).contains(peer)
                    && (fanout == null || !fanout.peers.contains(peer))
                    && state.score.score(peer) >= threshold);
    GossipsubConfig.LazyGossip lazy = state.config.lazy();
    int count = Math.max(lazy.degree(), (int) (lazy.factor() * outside.size()));
    int most = Math.min(state.config.caps().ihaveIds(), state.config.limits().ids());
    for (PeerId peer : outside.subList(0, Math.min(count, outside.size()))) {
      List<MessageId> some = ids;
      if (ids.size() > most) {
        some = state.shuffled(ids).subList(0, most);
      }
      out.send(peer, Rpc.ihave(List.of(new Rpc.IHave(topic, some))));
    }
  }

  private Set<PeerId> members(Topic topic) {
    return state.mesh.getOrDefault(topic, Set.of());
  }

  private boolean isOutbound(PeerId peer) {
    PeerState known = state.peers.get(peer);
    return known != null && known.outbound;
  }

  private void graft(PeerId peer, Topic topic, MeshChanges changes) {
    state.enterMesh(peer, topic);
    changes.graft(peer, topic);
  }

  private void prune(PeerId peer, Topic topic, MeshChanges changes) {
    Duration backoff = state.config.timing().pruneBackoff();
    state.leaveMesh(peer, topic, backoff);
    changes.prune(peer, new Rpc.Prune(topic, backoff));
  }
}
