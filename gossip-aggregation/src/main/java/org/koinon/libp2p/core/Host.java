package org.koinon.libp2p.core;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A libp2p node: listens, dials, and carries streams to peers by their id. All methods may be
 * called from any thread and block until done.
 */
public interface Host extends AutoCloseable {
  /** Who we are. */
  PeerId peerId();

  /** Where we listen, each ending in {@code /p2p/<our id>}; empty when we only dial. */
  List<Multiaddr> listenAddresses();

  /**
   * The control connection to the peer at this address; dials unless one stands already.
   *
   * @param address ends in {@code /p2p/<id>}; the handshake fails when another peer answers
   */
  Connection connect(Multiaddr address) throws IOException;

  /**
   * Dials a connection of its own for large transfers and opens its first stream, which must be one
   * of the bulk protocols the host was made with; closing the connection is up to the caller, an
   * idle one is closed by either side.
   */
  Stream connectBulk(Multiaddr address, ProtocolId... protocols) throws IOException;

  /** Opens a stream on the control connection to a connected peer; never dials. */
  Stream newStream(PeerId peer, ProtocolId... protocols) throws IOException;

  /** Serves a protocol from now on; peers already connected are told by identify push. */
  void handle(ProtocolId protocol, StreamHandler handler);

  /** Peers with an open control connection. */
  Set<PeerId> peers();

  /** Every open connection to the peer; the one that {@link #newStream} uses comes first. */
  List<Connection> connections(PeerId peer);

  /** What the peer said it speaks; empty until identify is done or when not connected. */
  Set<ProtocolId> peerProtocols(PeerId peer);

  /** Adds a listener; it hears nothing of what happened before. */
  void onPeer(PeerListener listener);

  /** Stops listening, closes every connection and waits for the host's threads. */
  @Override
  void close();
}
