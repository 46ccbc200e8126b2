package org.koinon.federation.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Json;

/** Ed25519 as the one verifier of the house has it: what it signs, accepts and refuses. */
final class SignatureVectors {
  private static final HexFormat HEX = HexFormat.of();

  /** The order of the group, RFC 8032 section 5.1. */
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  /** Keys of small order, with a y beyond the field, and of no point. */
  private static final List<String> BAD_KEYS =
      List.of(
          "0100000000000000000000000000000000000000000000000000000000000000",
          "0000000000000000000000000000000000000000000000000000000000000000",
          "0200000000000000000000000000000000000000000000000000000000000000",
          "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
          "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

  private SignatureVectors() {}

  static Json all() {
    List<Json> signed = new ArrayList<>();
    List<Json> judged = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] seed = Digest.tagged("koinon/vector/seed", new byte[] {(byte) i}).bytes();
      SigningKey key = new SigningKey(seed);
      byte[] message = "koinon ".repeat(i * i).getBytes(UTF_8);
      Signature signature = key.sign(message);
      PublicKey publicKey = key.publicKey();
      signed.add(
          Vectors.object(
              "seed", HEX.formatHex(seed),
              "publicKey", publicKey,
              "keyId", publicKey.id(),
              "message", HEX.formatHex(message),
              "signature", signature));
      judged.add(judged("as signed", publicKey, message, signature.bytes(), true));
      judged.add(judged("longer message", publicKey, add(message), signature.bytes(), false));
      judged.add(judged("S + L", publicKey, message, plusOrder(signature.bytes()), false));
      for (int at : new int[] {0, 31, 32, 63}) {
        byte[] flipped = signature.bytes();
        flipped[at] ^= 1;
        judged.add(judged("bit of byte " + at, publicKey, message, flipped, false));
      }
      judged.add(judged("all zero", publicKey, message, new byte[64], false));
    }
    return Vectors.object(
        "signed",
        signed,
        "judged",
        judged,
        "refusedKeys",
        Vectors.array(BAD_KEYS, SignatureVectors::refused));
  }

  private static byte[] add(byte[] message) {
    return java.util.Arrays.copyOf(message, message.length + 1);
  }

  /** The same S modulo the order, which RFC 8032 section 5.1.7 refuses. */
  private static byte[] plusOrder(byte[] signature) {
    byte[] big = new byte[33];
    for (int i = 0; i < 32; i++) {
      big[32 - i] = signature[32 + i];
    }
    byte[] sum = new BigInteger(big).add(ORDER).toByteArray();
    byte[] changed = signature.clone();
    for (int i = 0; i < 32; i++) {
      int at = sum.length - 1 - i;
      changed[32 + i] = at < 0 ? 0 : sum[at];
    }
    return changed;
  }

  private static Json judged(
      String name, PublicKey key, byte[] message, byte[] signature, boolean valid) {
    Signature judged = new Signature(HEX.formatHex(signature));
    if (key.verifies(message, judged) != valid) {
      throw new IllegalStateException(name + " should be " + valid);
    }
    return Vectors.object(
        "name", name,
        "publicKey", key,
        "message", HEX.formatHex(message),
        "signature", judged,
        "valid", valid);
  }

  private static String refused(String hex) {
    try {
      new PublicKey(hex);
    } catch (FormatException e) {
      return hex;
    }
    throw new IllegalStateException("is accepted as a key: " + hex);
  }
}
