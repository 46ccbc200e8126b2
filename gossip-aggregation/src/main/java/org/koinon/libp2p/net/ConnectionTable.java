package org.koinon.libp2p.net;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Direction;
import org.koinon.libp2p.core.HostLimits.Admission;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;

/**
 * The connections of a host by peer, what each peer speaks, and which of two connections to one
 * peer is the one to keep: the one that the smaller peer id dialled, so that both ends choose the
 * same. Safe for several threads.
 */
final class ConnectionTable {
  private static final class Peer {
    private final List<PeerConnection> connections = new ArrayList<>();
    private Set<ProtocolId> protocols = Set.of();
    private boolean announced;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<PeerId, Peer> peers = new HashMap<>();
  private final PeerId self;
  private final Admission limits;
  private final PeerEvents events;
  private int size;

  ConnectionTable(PeerId self, Admission limits, PeerEvents events) {
    this.self = self;
    this.limits = limits;
    this.events = events;
  }

  /** Takes a connection in, before anything is read from it. */
  void add(PeerConnection connection) throws IOException {
    lock.lock();
    try {
      Peer peer = peers.computeIfAbsent(connection.remotePeer(), id -> new Peer());
      if (size >= limits.connections() || events.congested()) {
        forgetIfEmpty(connection.remotePeer(), peer);
        throw new RefusedException("no room for one more connection, " + size + " are open");
      }
      if (peer.connections.size() >= limits.connectionsPerPeer()) {
        throw new RefusedException(
            "no room for one more connection with "
                + connection.remotePeer()
                + ", "
                + peer.connections.size()
                + " are open");
      }
      peer.connections.add(connection);
      size++;
      announce(connection.remotePeer(), peer);
    } finally {
      lock.unlock();
    }
  }

  /** The purpose of a connection in the table has become known. */
  void decided(PeerConnection connection) {
    lock.lock();
    try {
      Peer peer = peers.get(connection.remotePeer());
      if (peer != null) {
        announce(connection.remotePeer(), peer);
      }
    } finally {
      lock.unlock();
    }
  }

  void remove(PeerConnection connection) {
    lock.lock();
    try {
      Peer peer = peers.get(connection.remotePeer());
      if (peer == null || !peer.connections.remove(connection)) {
        return;
      }
      size--;
      if (peer.announced && controls(peer).isEmpty()) {
        peer.announced = false;
        peer.protocols = Set.of();
        events.post(new PeerEvents.Event.Disconnected(connection.remotePeer()));
      }
      forgetIfEmpty(connection.remotePeer(), peer);
    } finally {
      lock.unlock();
    }
  }

  /** Notes what a peer speaks; tells listeners when it is new to us. */
  void identified(PeerId id, Set<ProtocolId> protocols) throws IOException {
    lock.lock();
    try {
      Peer peer = peers.get(id);
      if (peer == null || !peer.announced || peer.protocols.equals(protocols)) {
        return;
      }
      if (events.congested()) {
        throw new IOException("too many events wait for the listeners");
      }
      peer.protocols = Set.copyOf(protocols);
      events.post(new PeerEvents.Event.Identified(id, peer.protocols));
    } finally {
      lock.unlock();
    }
  }

  Set<ProtocolId> protocols(PeerId id) {
    lock.lock();
    try {
      Peer peer = peers.get(id);
      return peer == null ? Set.of() : peer.protocols;
    } finally {
      lock.unlock();
    }
  }

  /** Peers with a control connection. */
  Set<PeerId> peers() {
    lock.lock();
    try {
      Set<PeerId> connected = new HashSet<>();
      peers.forEach(
          (id, peer) -> {
            if (!controls(peer).isEmpty()) {
              connected.add(id);
            }
          });
      return connected;
    } finally {
      lock.unlock();
    }
  }

  /** Connections whose purpose is known: control ones first, the one to keep at the head. */
  List<PeerConnection> connections(PeerId id) {
    lock.lock();
    try {
      Peer peer = peers.get(id);
      if (peer == null) {
        return List.of();
      }
      List<PeerConnection> known = new ArrayList<>(controls(peer));
      for (PeerConnection connection : peer.connections) {
        if (connection.knownPurpose().equals(Optional.of(ConnectionPurpose.BULK))) {
          known.add(connection);
        }
      }
      return List.copyOf(known);
    } finally {
      lock.unlock();
    }
  }

  /** The control connection to use. */
  Optional<PeerConnection> primary(PeerId id) {
    return connections(id).stream()
        .filter(connection -> connection.purpose() == ConnectionPurpose.CONTROL)
        .filter(PeerConnection::isOpen)
        .findFirst();
  }

  /** Control connections that are not to be kept. */
  List<PeerConnection> duplicates() {
    lock.lock();
    try {
      List<PeerConnection> surplus = new ArrayList<>();
      for (Peer peer : peers.values()) {
        List<PeerConnection> controls = controls(peer);
        controls.stream().skip(1).filter(c -> prunes(c, controls.getFirst())).forEach(surplus::add);
      }
      return surplus;
    } finally {
      lock.unlock();
    }
  }

  Collection<PeerConnection> all() {
    lock.lock();
    try {
      return peers.values().stream().flatMap(peer -> peer.connections.stream()).toList();
    } finally {
      lock.unlock();
    }
  }

  // Two connections dialled by the same side: only that side knows which it means to use.
  private static boolean prunes(PeerConnection surplus, PeerConnection kept) {
    return surplus.direction() != kept.direction() || surplus.direction() == Direction.OUTBOUND;
  }

  private List<PeerConnection> controls(Peer peer) {
    // Stable: of two dialled by the same side the newer comes first.
    return peer.connections.reversed().stream()
        .filter(c -> c.knownPurpose().equals(Optional.of(ConnectionPurpose.CONTROL)))
        .sorted(Comparator.comparing((PeerConnection c) -> !dialledBySmaller(c)))
        .toList();
  }

  private boolean dialledBySmaller(PeerConnection connection) {
    boolean selfIsSmaller = self.compareTo(connection.remotePeer()) < 0;
    return selfIsSmaller == (connection.direction() == Direction.OUTBOUND);
  }

  private void announce(PeerId id, Peer peer) {
    if (!peer.announced && !controls(peer).isEmpty()) {
      peer.announced = true;
      events.post(new PeerEvents.Event.Connected(id));
    }
  }

  private void forgetIfEmpty(PeerId id, Peer peer) {
    if (peer.connections.isEmpty()) {
      peers.remove(id);
    }
  }
}
