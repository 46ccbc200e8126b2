package org.koinon.federation.attestation;

import java.util.HexFormat;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** An Ed25519 signature, 64 bytes as lower-case hexadecimal. */
public record Signature(String hex) implements Scalar {
  private static final int DIGITS = 128;

  /** Checks the form. */
  public Signature {
    if (hex.length() != DIGITS
        || !hex.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      throw new FormatException("", "a signature is 128 lower-case hexadecimal digits");
    }
  }

  /** The 64 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String scalar() {
    return hex;
  }
}
