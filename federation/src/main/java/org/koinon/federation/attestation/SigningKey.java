package org.koinon.federation.attestation;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A member's Ed25519 signing key (RFC 8032), held as its 32-byte seed.
 *
 * <p>Never printed, never encoded; {@link #close} overwrites the seed. Signing is deterministic.
 */
public final class SigningKey implements AutoCloseable {
  /** Length of the seed in bytes. */
  public static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;

  private final byte[] seed;
  private final byte[] publicBytes = new byte[Ed25519.PUBLIC_KEY_SIZE];
  private final PublicKey publicKey;

  /** The key of this seed, which is copied. */
  public SigningKey(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException("an Ed25519 seed has " + SEED_BYTES + " bytes");
    }
    this.seed = seed.clone();
    Ed25519.generatePublicKey(this.seed, 0, publicBytes, 0);
    this.publicKey = new PublicKey(HexFormat.of().formatHex(publicBytes));
  }

  /** The public half. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** Signs the message. */
  public Signature sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, publicBytes, 0, message, 0, message.length, signature, 0);
    return new Signature(HexFormat.of().formatHex(signature));
  }

  @Override
  public void close() {
    Arrays.fill(seed, (byte) 0);
  }

  @Override
  public String toString() {
    return "SigningKey[REDACTED, " + publicKey.id().brief() + "]";
  }
}
