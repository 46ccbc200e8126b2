package org.koinon.libp2p.wire;

import java.io.ByteArrayOutputStream;

/** Lower-case base32 without padding (RFC 4648), as multibase prefix {@code b} has it. */
public final class Base32 {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Base32() {}

  /** Decodes; bits left over must be zero. */
  public static byte[] decode(String text) throws WireException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 5 / 8);
    int pending = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new WireException("character " + i + " is not lower-case base32");
      }
      pending = pending << 5 | digit;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.write(pending >>> bits);
        pending &= (1 << bits) - 1;
      }
    }
    if (bits >= 5 || pending != 0) {
      throw new WireException("base32 text has leftover bits");
    }
    return bytes.toByteArray();
  }
}
