package org.koinon.libp2p.net;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.core.StreamHandler;

/**
 * The protocols spoken here, and how many streams each peer has open in each. Safe for several
 * threads.
 */
final class HandlerTable {
  private record Registration(StreamHandler handler, int maxPerPeer) {}

  private record Scope(PeerId peer, ProtocolId protocol) {}

  private final Map<ProtocolId, Registration> registrations = new ConcurrentHashMap<>();
  private final Map<Scope, Integer> open = new ConcurrentHashMap<>();

  /** Adds or replaces a handler; true when the protocol is new. */
  boolean put(ProtocolId protocol, StreamHandler handler, int maxPerPeer) {
    return registrations.put(protocol, new Registration(handler, maxPerPeer)) == null;
  }

  boolean speaks(ProtocolId protocol) {
    return registrations.containsKey(protocol);
  }

  Set<ProtocolId> protocols() {
    return Set.copyOf(registrations.keySet());
  }

  /** Runs the handler of the stream's protocol to its end. */
  void serve(Stream stream) throws IOException {
    Registration registration =
        Optional.ofNullable(registrations.get(stream.protocol()))
            .orElseThrow(() -> new IOException("no handler for " + stream.protocol()));
    Scope scope = new Scope(stream.remotePeer(), stream.protocol());
    if (open.merge(scope, 1, Integer::sum) > registration.maxPerPeer()) {
      leave(scope);
      throw new IOException(
          "more than " + registration.maxPerPeer() + " open streams of " + stream.protocol());
    }
    try {
      registration.handler().handle(stream);
    } finally {
      leave(scope);
    }
  }

  private void leave(Scope scope) {
    open.computeIfPresent(scope, (key, count) -> count == 1 ? null : count - 1);
  }
}
