package org.koinon.federation.contribution;

import java.util.HexFormat;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** The 32 bytes that a mask grows from, as an entry releases them; never printed. */
public record MaskSeed(String hex) implements Scalar {
  private static final int BYTES = 32;

  /** Checks the form. */
  public MaskSeed {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new FormatException("", "a seed is 64 lower-case hexadecimal digits");
    }
  }

  /** The seed whose 32 bytes these are. */
  public static MaskSeed of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a seed has 32 bytes, not " + bytes.length);
    }
    return new MaskSeed(HexFormat.of().formatHex(bytes));
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public String scalar() {
    return hex;
  }

  /** Hidden: it is secret until its owner says it. */
  @Override
  public String toString() {
    return "[seed]";
  }
}
