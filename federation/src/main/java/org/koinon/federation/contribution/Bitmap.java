package org.koinon.federation.contribution;

import java.util.BitSet;
import java.util.HexFormat;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Scalar;

/** A set of places in a list, as hexadecimal; bit i of the little-endian bytes is place i. */
public record Bitmap(String hex) implements Scalar {
  private static final int DIGITS_MAX = 256;

  /** Checks the form: no trailing zero byte, so that one set has one text. */
  public Bitmap {
    if (hex.length() > DIGITS_MAX || !hex.matches("([0-9a-f]{2})*") || hex.endsWith("00")) {
      throw new FormatException("", "a bitmap is lower-case hexadecimal with no trailing 00");
    }
  }

  /** The set of these places. */
  public static Bitmap of(BitSet places) {
    return new Bitmap(HexFormat.of().formatHex(places.toByteArray()));
  }

  /** Whether the place is in the set. */
  public boolean has(int place) {
    return places().get(place);
  }

  /** The places. */
  public BitSet places() {
    return BitSet.valueOf(HexFormat.of().parseHex(hex));
  }

  @Override
  public String scalar() {
    return hex;
  }
}
