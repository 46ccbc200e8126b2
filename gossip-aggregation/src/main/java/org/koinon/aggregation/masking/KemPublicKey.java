package org.koinon.aggregation.masking;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMGenerator;
import org.bouncycastle.pqc.crypto.xwing.XWingPublicKeyParameters;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;

/** The public half of a {@link KemSecret}, 1216 bytes, checked to be a key. */
public final class KemPublicKey {
  /** Length. */
  public static final int BYTES = 1216;

  /** Every u of small order, little-endian: 0, 1, both of order 8, p-1, and 0 and 1 as p, p+1. */
  private static final Set<String> SMALL_ORDER =
      Set.of(
          "0000000000000000000000000000000000000000000000000000000000000000",
          "0100000000000000000000000000000000000000000000000000000000000000",
          "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
          "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

  private final Bytes bytes;
  private final XWingPublicKeyParameters key;

  private KemPublicKey(Bytes bytes, XWingPublicKeyParameters key) {
    this.bytes = bytes;
    this.key = key;
  }

  /**
   * The key with these bytes.
   *
   * @throws FormatException if they fail the modulus check of FIPS 203 or hold a point of small
   *     order
   */
  public static KemPublicKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new FormatException("key", bytes.length + " bytes; an X-Wing key has " + BYTES);
    }
    requireLargeOrder("key", bytes);
    try {
      return new KemPublicKey(Bytes.of(bytes), new XWingPublicKeyParameters(bytes.clone()));
    } catch (IllegalArgumentException e) {
      throw new FormatException("key", "is no X-Wing key: " + e.getMessage());
    }
  }

  /** The last 32 bytes are a point of X25519; one of small order agrees on zero with everybody. */
  static void requireLargeOrder(String what, byte[] bytes) {
    byte[] point = Arrays.copyOfRange(bytes, bytes.length - X25519.POINT_SIZE, bytes.length);
    point[X25519.POINT_SIZE - 1] &= 0x7f; // RFC 7748, section 5: the highest bit is not read
    if (SMALL_ORDER.contains(HexFormat.of().formatHex(point))) {
      throw new FormatException(what, "its X25519 part is a point of small order");
    }
  }

  /** The 1216 bytes. */
  public Bytes bytes() {
    return bytes;
  }

  /** H_pk(i, pk), what the owner announces before it shows the key. */
  public Digest hash(Attempt attempt, MemberId owner) {
    return attempt.hash("pk", attempt.place(owner), bytes.toArray());
  }

  /** A fresh shared secret, and the ciphertext from which the key's owner gets it. */
  public Encapsulation encapsulate(RandomGenerator random) {
    SecretWithEncapsulation made =
        new XWingKEMGenerator(DrawnRandom.of(random)).generateEncapsulated(key);
    return new Encapsulation(KemCiphertext.of(made.getEncapsulation()), Seed.of(made.getSecret()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KemPublicKey that && bytes.equals(that.bytes);
  }

  @Override
  public int hashCode() {
    return bytes.hashCode();
  }

  @Override
  public String toString() {
    return "KemPublicKey[" + bytes.sha256().brief() + "]";
  }
}
