package org.koinon.libp2p.pubsub;

import org.koinon.libp2p.core.PeerId;

/** Where the router's decisions go. Called on the router's thread; must not block. */
interface RouterOutput {
  /** Queues a frame to the peer; a full queue loses what {@link Rpc#loss()} permits. */
  void send(PeerId to, Rpc rpc);

  /**
   * Has the signature and then the content checked elsewhere; the answers come back as {@link
   * MeshRouter#forged}, {@link MeshRouter#dropped}, or {@link MeshRouter#verified} followed by
   * {@link MeshRouter#judged}. False when there is no room: the message is dropped without blame.
   */
  boolean validate(PeerId from, SignedMessage message);
}
