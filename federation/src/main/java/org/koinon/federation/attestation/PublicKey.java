package org.koinon.federation.attestation;

import java.util.HexFormat;
import java.util.Objects;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** An Ed25519 public key (RFC 8032), 32 bytes as lower-case hexadecimal. */
public record PublicKey(String hex) implements Scalar {
  private static final int BYTES = Ed25519.PUBLIC_KEY_SIZE;

  /** Checks the form and that it is a point of the right order. */
  public PublicKey {
    if (hex.length() != 2 * BYTES || !hex.equals(hex.toLowerCase(java.util.Locale.ROOT))) {
      throw new FormatException("", "an Ed25519 key is 64 lower-case hexadecimal digits");
    }
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw new FormatException("", "an Ed25519 key is 64 lower-case hexadecimal digits");
    }
    if (ValidatedKeys.point(hex, bytes) == null) {
      throw new FormatException("", "not a valid Ed25519 public key");
    }
  }

  /** The key's 32 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** The name of the key: the SHA-256 of its bytes. */
  public Digest id() {
    return Digest.sha256(bytes());
  }

  /**
   * Whether the signature over the message is this key's. The one verifier of the house: two
   * libraries may disagree on odd signatures, and then writer and auditor would disagree.
   */
  public boolean verifies(byte[] message, Signature signature) {
    Ed25519.PublicPoint point = Objects.requireNonNull(ValidatedKeys.point(hex, bytes()));
    return Ed25519.verify(signature.bytes(), 0, point, message, 0, message.length);
  }

  @Override
  public String scalar() {
    return hex;
  }
}
