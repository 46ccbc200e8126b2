package org.koinon.libp2p.pubsub;

/** How a message fails to prove its author. */
enum Forgery {
  /** The key field holds a key whose peer id is not the author's. */
  KEY_OF_ANOTHER,
  /** The key field is no Ed25519 public key. */
  KEY_UNREADABLE,
  /** The signature is not the author's over these bytes. */
  SIGNATURE_WRONG
}
