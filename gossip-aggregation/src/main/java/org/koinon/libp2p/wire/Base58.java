package org.koinon.libp2p.wire;

import java.math.BigInteger;

/** Base58 with Bitcoin's alphabet, for short byte strings such as peer ids. */
public final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(58);

  private Base58() {}

  /** Encodes; each leading zero byte becomes a {@code 1}. */
  public static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (BigInteger rest = new BigInteger(1, bytes); rest.signum() > 0; ) {
      BigInteger[] division = rest.divideAndRemainder(BASE);
      text.append(ALPHABET.charAt(division[1].intValue()));
      rest = division[0];
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      text.append('1');
    }
    return text.reverse().toString();
  }

  /** Decodes what {@link #encode} wrote; the caller bounds the length (the cost is quadratic). */
  public static byte[] decode(String text) throws WireException {
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == '1') {
      zeros++;
    }
    BigInteger value = BigInteger.ZERO;
    for (int i = zeros; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new WireException("character " + i + " is not base58");
      }
      value = value.multiply(BASE).add(BigInteger.valueOf(digit));
    }
    int length = (value.bitLength() + 7) / 8;
    byte[] magnitude = value.toByteArray();
    byte[] bytes = new byte[zeros + length];
    System.arraycopy(magnitude, magnitude.length - length, bytes, zeros, length);
    return bytes;
  }
}
