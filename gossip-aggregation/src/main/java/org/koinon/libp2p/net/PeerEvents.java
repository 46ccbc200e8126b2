package org.koinon.libp2p.net;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.PeerListener;
import org.koinon.libp2p.core.ProtocolId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners what happened to peers, in order, from one thread. Posting never blocks; who adds
 * to the load (a new connection, a new identify) asks {@link #congested()} first.
 */
final class PeerEvents {
  private static final Logger log = LoggerFactory.getLogger(PeerEvents.class);
  private static final int CONGESTED = 1024;

  sealed interface Event {
    PeerId peer();

    record Connected(PeerId peer) implements Event {}

    record Identified(PeerId peer, Set<ProtocolId> protocols) implements Event {}

    record Disconnected(PeerId peer) implements Event {}
  }

  private final LinkedBlockingQueue<Event> queue = new LinkedBlockingQueue<>();
  private final List<PeerListener> listeners = new CopyOnWriteArrayList<>();

  void add(PeerListener listener) {
    listeners.add(listener);
  }

  boolean congested() {
    return queue.size() >= CONGESTED;
  }

  void post(Event event) {
    queue.add(event);
  }

  /** Delivers until interrupted. */
  void run() {
    try {
      while (true) {
        deliver(queue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the host is closing
    }
  }

  private void deliver(Event event) {
    for (PeerListener listener : listeners) {
      try {
        switch (event) {
          case Event.Connected connected -> listener.connected(connected.peer());
          case Event.Identified identified ->
              listener.identified(identified.peer(), identified.protocols());
          case Event.Disconnected disconnected -> listener.disconnected(disconnected.peer());
        }
      } catch (RuntimeException e) {
        log.error("a peer listener failed on {}", event, e);
      }
    }
  }
}
