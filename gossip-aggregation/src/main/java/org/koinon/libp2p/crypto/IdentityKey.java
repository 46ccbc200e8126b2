package org.koinon.libp2p.crypto;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.koinon.libp2p.core.PeerId;

/**
 * The Ed25519 key pair that makes a host the peer it is (RFC 8032). Its secret never appears in
 * {@code toString}. Safe for several threads.
 */
public final class IdentityKey {
  /** Bytes of a seed. */
  public static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;

  private final byte[] seed;
  private final byte[] rawPublic;
  private final PublicKey publicKey;

  private IdentityKey(byte[] seed) {
    this.seed = seed;
    this.rawPublic = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, rawPublic, 0);
    this.publicKey = PublicKey.of(PeerId.ofEd25519(rawPublic));
  }

  /** A new key from the system's secure random source. */
  public static IdentityKey generate() {
    byte[] seed = new byte[SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    return new IdentityKey(seed);
  }

  /** The key of a 32-byte seed. */
  public static IdentityKey fromSeed(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + seed.length);
    }
    return new IdentityKey(seed.clone());
  }

  /** The public half. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The peer id of this key. */
  public PeerId peerId() {
    return publicKey.peerId();
  }

  /** Signs; 64 bytes. */
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, rawPublic, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public String toString() {
    return "IdentityKey[" + peerId() + ", secret [REDACTED]]";
  }
}
