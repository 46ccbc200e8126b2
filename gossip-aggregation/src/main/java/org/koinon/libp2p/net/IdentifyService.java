package org.koinon.libp2p.net;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.koinon.libp2p.core.ConnectionPurpose;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.mux.YamuxStream;
import org.koinon.libp2p.protocol.Identify;
import org.koinon.libp2p.protocol.IdentifyMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks peers who they are, tells them who we are, and pushes when that changes. */
final class IdentifyService {
  private static final Logger log = LoggerFactory.getLogger(IdentifyService.class);
  private static final String AGENT = "koinon";

  private final HostConfig config;
  private final HandlerTable handlers;
  private final ConnectionTable table;
  private final Supplier<List<Multiaddr>> addresses;

  IdentifyService(
      HostConfig config,
      HandlerTable handlers,
      ConnectionTable table,
      Supplier<List<Multiaddr>> addresses) {
    this.config = config;
    this.handlers = handlers;
    this.table = table;
    this.addresses = addresses;
  }

  /** Serves identify. */
  void answer(Stream stream) throws IOException {
    Identify.send(stream, message(Optional.of(stream.connection().remoteAddress())));
  }

  /** Serves identify push. */
  void pushed(Stream stream) throws IOException {
    take(stream);
  }

  /** Asks on a stream opened before, so that identify is the first thing on the connection. */
  void ask(PeerConnection connection, YamuxStream raw, Executor threads) {
    threads.execute(() -> ask(connection, () -> connection.negotiate(raw, Identify.PROTOCOL)));
  }

  void ask(PeerConnection connection) {
    ask(connection, () -> connection.openStream(Identify.PROTOCOL));
  }

  /** Tells every peer that knows identify push what we speak now. */
  void push(Executor threads) {
    for (PeerId peer : table.peers()) {
      if (table.protocols(peer).contains(Identify.PUSH)) {
        threads.execute(() -> push(peer));
      }
    }
  }

  @FunctionalInterface
  private interface Opening {
    Stream open() throws IOException;
  }

  private void ask(PeerConnection connection, Opening opening) {
    try (Stream stream = opening.open()) {
      take(stream);
    } catch (IOException e) {
      log.info("identify of {} failed: {}", connection.remotePeer(), e.getMessage());
    }
  }

  private void push(PeerId peer) {
    Optional<PeerConnection> connection =
        table.connections(peer).stream()
            .filter(open -> open.purpose() == ConnectionPurpose.CONTROL)
            .findFirst();
    if (connection.isEmpty()) {
      return;
    }
    try (Stream stream = connection.get().openStream(Identify.PUSH)) {
      Identify.send(stream, message(Optional.empty()));
    } catch (IOException e) {
      log.info("identify push to {} failed: {}", peer, e.getMessage());
    }
  }

  private void take(Stream stream) throws IOException {
    IdentifyMessage message = Identify.receive(stream, config.limits().handshake().identify());
    if (message.protocols().isPresent()) {
      table.identified(stream.remotePeer(), message.protocols().get());
    }
  }

  private IdentifyMessage message(Optional<Multiaddr> observed) {
    return new IdentifyMessage(
        Optional.of(config.identity().publicKey()),
        Optional.of(handlers.protocols()),
        addresses.get(),
        observed,
        AGENT);
  }
}
