package org.koinon.libp2p.pubsub;

import java.nio.ByteBuffer;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.crypto.IdentityKey;

/** The same keys in every run. */
final class Keys {
  private Keys() {}

  static IdentityKey key(int number) {
    return IdentityKey.fromSeed(ByteBuffer.allocate(IdentityKey.SEED_BYTES).putInt(number).array());
  }

  static PeerId peer(int number) {
    return key(number).peerId();
  }
}
