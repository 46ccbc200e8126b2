package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.koinon.libp2p.core.PeerId;

/** Answers the control part of a peer's frame. Owned by the router's thread. */
final class ControlHandler {
  private final RouterState state;
  private final RouterOutput out;
  private final Predicate<MessageId> seen;

  ControlHandler(RouterState state, RouterOutput out, Predicate<MessageId> seen) {
    this.state = state;
    this.out = out;
    this.seen = seen;
  }

  void handle(PeerId peer, PeerState from, Rpc.Control control) {
    boolean gossips = state.score.score(peer) >= state.config.score().thresholds().gossip();
    if (gossips) {
      ihave(peer, from, control.ihave());
      iwant(peer, control.iwant());
      idontwant(from, control.idontwant());
    }
    graft(peer, from, control.graft());
    prune(peer, control.prune());
  }

  private void ihave(PeerId peer, PeerState from, List<Rpc.IHave> announcements) {
    if (announcements.isEmpty()) {
      return;
    }
    GossipsubConfig.PeerCaps caps = state.config.caps();
    from.ihaveMessages++;
    int room = caps.ihaveIds() - from.idsAsked;
    if (from.ihaveMessages > caps.ihaveMessages() || room <= 0) {
      return;
    }
    Set<MessageId> wanted = new LinkedHashSet<>();
    for (Rpc.IHave have : announcements) {
      if (state.mesh.containsKey(have.topic())) {
        have.ids().stream().filter(id -> !seen.test(id)).forEach(wanted::add);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    List<MessageId> asked = state.shuffled(List.copyOf(wanted));
    asked = asked.subList(0, Math.min(room, asked.size()));
    from.idsAsked += asked.size();
    long until = state.now() + state.config.timing().iwantFollowup().toNanos();
    state.promises.watch(asked.getFirst(), peer, until);
    out.send(peer, Rpc.iwant(asked));
  }

  private void iwant(PeerId peer, List<MessageId> ids) {
    for (MessageId id : new LinkedHashSet<>(ids)) {
      state.cache.takeFor(id, peer).ifPresent(message -> out.send(peer, Rpc.message(message)));
    }
  }

  private void idontwant(PeerState from, List<MessageId> ids) {
    for (MessageId id : ids) {
      if (from.idontwantIds >= state.config.caps().idontwantIds()) {
        return;
      }
      from.idontwantIds++;
      from.refuse(id);
    }
  }

  private void graft(PeerId peer, PeerState from, List<Topic> topics) {
    List<Rpc.Prune> refusals = new ArrayList<>();
    for (Topic topic : new LinkedHashSet<>(topics)) {
      Set<PeerId> members = state.mesh.get(topic);
      // A GRAFT for a topic that we do not have gets no answer: an answer would be amplification.
      if (members == null || members.contains(peer)) {
        continue;
      }
      if (admits(peer, from, topic, members)) {
        state.enterMesh(peer, topic);
      } else {
        Duration backoff = state.config.timing().pruneBackoff();
        state.leaveMesh(peer, topic, backoff);
        refusals.add(new Rpc.Prune(topic, backoff));
      }
    }
    if (!refusals.isEmpty()) {
      out.send(peer, Rpc.meshChange(List.of(), refusals));
    }
  }

  private boolean admits(PeerId peer, PeerState from, Topic topic, Set<PeerId> members) {
    long now = state.now();
    if (state.backoffs.active(peer, topic, now)) {
      boolean flood = state.backoffs.fresh(peer, topic, GossipsubConfig.Timing.GRAFT_FLOOD, now);
      state.score.misbehaved(peer, flood ? 2 : 1);
      return false;
    }
    if (state.score.score(peer) < 0) {
      return false;
    }
    return members.size() < state.config.mesh().high() || from.outbound;
  }

  private void prune(PeerId peer, List<Rpc.Prune> prunes) {
    for (Rpc.Prune prune : prunes) {
      if (state.mesh.containsKey(prune.topic())) {
        state.leaveMesh(peer, prune.topic(), capped(prune.backoff()));
      }
    }
  }

  private Duration capped(Duration asked) {
    if (asked.isZero()) {
      return state.config.timing().pruneBackoff();
    }
    return asked.compareTo(GossipsubConfig.Timing.MAX_BACKOFF) > 0
        ? GossipsubConfig.Timing.MAX_BACKOFF
        : asked;
  }
}
