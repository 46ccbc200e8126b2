package org.koinon.libp2p.security;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;

/** An X25519 key pair (RFC 7748) with raw public keys of 32 bytes, over the JDK. */
final class X25519KeyPair {
  static final int KEY_BYTES = 32;
  private static final String ALGORITHM = "X25519";
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

  private final PrivateKey secret;
  private final byte[] raw;

  private X25519KeyPair(PrivateKey secret, byte[] raw) {
    this.secret = secret;
    this.raw = raw;
  }

  static X25519KeyPair generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      byte[] encoded = pair.getPublic().getEncoded();
      byte[] raw = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
      return new X25519KeyPair(pair.getPrivate(), raw);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no X25519", e);
    }
  }

  /** The pair of a given scalar: its public key is the scalar times the base point 9. */
  static X25519KeyPair fromScalar(byte[] scalar) throws NoiseException {
    try {
      PrivateKey secret =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar));
      byte[] base = new byte[KEY_BYTES];
      base[0] = 9;
      return new X25519KeyPair(secret, agree(secret, base));
    } catch (GeneralSecurityException e) {
      throw new NoiseException("not an X25519 scalar", e);
    }
  }

  byte[] publicKey() {
    return raw.clone();
  }

  /** The shared secret, 32 bytes; a remote key of small order fails. */
  byte[] agree(byte[] remote) throws NoiseException {
    try {
      return agree(secret, remote);
    } catch (GeneralSecurityException e) {
      throw new NoiseException("the peer's X25519 key is unusable", e);
    }
  }

  private static byte[] agree(PrivateKey secret, byte[] remote) throws GeneralSecurityException {
    byte[] encoded = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + KEY_BYTES);
    System.arraycopy(remote, 0, encoded, SPKI_PREFIX.length, KEY_BYTES);
    PublicKey key =
        KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
    agreement.init(secret);
    agreement.doPhase(key, true);
    return agreement.generateSecret();
  }
}
