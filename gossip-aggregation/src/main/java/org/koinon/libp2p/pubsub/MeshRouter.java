package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.koinon.libp2p.core.PeerId;

/**
 * The rules of gossipsub: who is in which mesh, and which message goes to whom. One thread owns it;
 * it never blocks, reads no clock but the given one, and draws from the given random source alone.
 * Source: gossipsub v1.1 and v1.2 specifications.
 */
final class MeshRouter {
  private final PeerId self;
  private final RouterState state;
  private final RouterOutput out;
  private final SeenCache seen;
  private final ControlHandler control;
  private final Heartbeat heartbeat;

  MeshRouter(PeerId self, RouterState state, SeenCache seen, RouterOutput out) {
    this.self = self;
    this.state = state;
    this.seen = seen;
    this.out = out;
    this.control = new ControlHandler(state, out, seen::contains);
    this.heartbeat = new Heartbeat(state, out);
  }

  /** A peer that speaks gossipsub is connected. */
  void addPeer(PeerId peer, boolean weDialled) {
    if (state.peers.putIfAbsent(peer, new PeerState(weDialled)) == null) {
      state.score.connected(peer);
    }
  }

  void removePeer(PeerId peer) {
    if (state.peers.remove(peer) == null) {
      return;
    }
    state.mesh.forEach(
        (topic, members) -> {
          if (members.remove(peer)) {
            state.score.pruned(peer, topic);
          }
        });
    state.fanout.values().forEach(fanout -> fanout.peers.remove(peer));
    state.promises.forget(peer);
    state.score.disconnected(peer, state.now());
  }

  /**
   * Our stream to the peer stands, for the first time or again. A peer that lost the old one may
   * have dropped us from its meshes, so GRAFT is repeated; to one that kept us it means nothing.
   */
  void streamOpened(PeerId peer, boolean understandsIdontwant) {
    PeerState known = state.peers.get(peer);
    if (known == null) {
      return;
    }
    known.understandsIdontwant = understandsIdontwant;
    MeshChanges changes = new MeshChanges();
    state.mesh.forEach(
        (topic, members) -> {
          if (members.contains(peer)) {
            changes.graft(peer, topic);
          }
        });
    changes.send(out);
  }

  void join(Topic topic) {
    if (state.mesh.containsKey(topic)) {
      return;
    }
    state.mesh.put(topic, new LinkedHashSet<>());
    announceToAll(topic, true);
    MeshChanges changes = new MeshChanges();
    RouterState.Fanout fanout = state.fanout.remove(topic);
    List<PeerId> chosen = state.candidates(topic);
    if (fanout != null) {
      chosen.sort((a, b) -> Boolean.compare(fanout.peers.contains(b), fanout.peers.contains(a)));
    }
    for (PeerId peer : chosen.subList(0, Math.min(state.config.mesh().target(), chosen.size()))) {
      state.enterMesh(peer, topic);
      changes.graft(peer, topic);
    }
    changes.send(out);
  }

  void leave(Topic topic) {
    Set<PeerId> members = state.mesh.get(topic);
    if (members == null) {
      return;
    }
    Duration backoff = state.config.timing().unsubscribeBackoff();
    MeshChanges changes = new MeshChanges();
    for (PeerId peer : List.copyOf(members)) {
      state.leaveMesh(peer, topic, backoff);
      changes.prune(peer, new Rpc.Prune(topic, backoff));
    }
    state.mesh.remove(topic);
    changes.send(out);
    announceToAll(topic, false);
  }

  private void announceToAll(Topic topic, boolean subscribed) {
    Rpc rpc = Rpc.subscriptions(List.of(new Rpc.SubscriptionChange(topic, subscribed)));
    state.peers.keySet().forEach(peer -> out.send(peer, rpc));
  }

  /** Sends our own message; returns to how many peers. */
  int publish(SignedMessage own) {
    seen.add(own, state.now());
    state.cache.put(own);
    Set<PeerId> targets = publishTargets(own.topic());
    // IDONTWANT does not count here: nobody can have our message before we send it.
    targets.forEach(peer -> out.send(peer, Rpc.message(own)));
    return targets.size();
  }

  private Set<PeerId> publishTargets(Topic topic) {
    double threshold = state.config.score().thresholds().publish();
    Set<PeerId> mesh = state.mesh.get(topic);
    if (state.config.floodPublish()) {
      Set<PeerId> all =
          new LinkedHashSet<>(
              state.subscribers(topic, peer -> state.score.score(peer) >= threshold));
      if (mesh != null) {
        all.addAll(mesh);
      }
      return all;
    }
    if (mesh != null && !mesh.isEmpty()) {
      return mesh;
    }
    RouterState.Fanout fanout = state.fanout.computeIfAbsent(topic, _ -> new RouterState.Fanout());
    fanout.lastPublishedNanos = state.now();
    if (fanout.peers.isEmpty()) {
      state.subscribers(topic, peer -> state.score.score(peer) >= threshold).stream()
          .limit(state.config.mesh().target())
          .forEach(fanout.peers::add);
    }
    return fanout.peers;
  }

  /** A frame from a peer; one with a graylisted score is not looked at. */
  void receive(PeerId peer, Rpc rpc) {
    PeerState from = state.peers.get(peer);
    if (from == null || state.score.score(peer) < state.config.score().thresholds().graylist()) {
      return;
    }
    rpc.subscriptions().forEach(change -> subscription(peer, from, change));
    rpc.messages().forEach(message -> message(peer, from, message));
    control.handle(peer, from, rpc.control());
  }

  private void subscription(PeerId peer, PeerState from, Rpc.SubscriptionChange change) {
    Topic topic = change.topic();
    if (change.subscribed()) {
      if (state.filter.allows(topic) && from.topics.size() < PeerState.MAX_TOPICS) {
        from.topics.add(topic);
      }
      return;
    }
    from.topics.remove(topic);
    Set<PeerId> members = state.mesh.get(topic);
    if (members != null && members.remove(peer)) {
      state.score.pruned(peer, topic);
    }
  }

  private void message(PeerId peer, PeerState from, SignedMessage message) {
    if (!state.mesh.containsKey(message.topic())
        || message.author().equals(self)
        || seen.contains(message)
        || from.pendingValidations >= state.config.caps().pendingValidations()) {
      return;
    }
    if (out.validate(peer, message)) {
      from.pendingValidations++;
    }
  }

  /** The signature is not the author's. The sender checks before it forwards, so it is to blame. */
  void forged(PeerId from, SignedMessage message) {
    validated(from);
    state.score.sentInvalid(from, message.topic());
  }

  /** A message left the queue without a verdict: it came twice, or its topic was left. */
  void dropped(PeerId from) {
    validated(from);
  }

  /** The signature holds and the message is new; its content is still to be judged. */
  void verified(PeerId from, SignedMessage message) {
    state.promises.kept(message.id());
    if (message.data().length < state.config.caps().idontwantBytes()) {
      return;
    }
    Rpc rpc = Rpc.idontwant(List.of(message.id()));
    for (PeerId peer : state.mesh.getOrDefault(message.topic(), Set.of())) {
      PeerState known = state.peers.get(peer);
      if (known != null && known.understandsIdontwant && !peer.equals(from)) {
        out.send(peer, rpc);
      }
    }
  }

  void judged(PeerId from, SignedMessage message, Verdict verdict) {
    validated(from);
    switch (verdict) {
      case ACCEPT -> {
        state.score.deliveredFirst(from, message.topic());
        state.cache.put(message);
        forward(from, message);
      }
      case REJECT -> state.score.sentInvalid(from, message.topic());
      case IGNORE -> {}
    }
  }

  private void validated(PeerId from) {
    PeerState known = state.peers.get(from);
    if (known != null && known.pendingValidations > 0) {
      known.pendingValidations--;
    }
  }

  private void forward(PeerId from, SignedMessage message) {
    for (PeerId peer : state.mesh.getOrDefault(message.topic(), Set.of())) {
      PeerState known = state.peers.get(peer);
      if (known != null
          && !peer.equals(from)
          && !peer.equals(message.author())
          && known.wants(message.id())) {
        out.send(peer, Rpc.message(message));
      }
    }
  }

  void heartbeat() {
    heartbeat.beat();
  }

  /** The peer broke a format or a limit; its stream has been reset. */
  void brokeFormat(PeerId peer) {
    state.score.misbehaved(peer, 1);
  }

  void applicationScore(PeerId peer, double value) {
    state.score.application(peer, value);
  }

  List<Topic> joined() {
    return List.copyOf(state.mesh.keySet());
  }

  Set<PeerId> mesh(Topic topic) {
    return Set.copyOf(state.mesh.getOrDefault(topic, Set.of()));
  }

  Set<PeerId> subscribers(Topic topic) {
    return Set.copyOf(state.subscribers(topic, _ -> true));
  }

  double score(PeerId peer) {
    return state.score.score(peer);
  }
}
