package org.koinon.libp2p.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Noise's SymmetricState for SHA-256 and ChaChaPoly (Noise revision 34, section 5.2). Two outputs
 * of Noise's HKDF are HKDF-SHA256 with the chaining key as salt, no info, and 64 bytes of output.
 */
final class SymmetricState {
  private static final int HASH_BYTES = 32;

  private byte[] chainingKey;
  private byte[] hash;
  private @Nullable ChaChaPoly cipher;

  /** Begins with a protocol name of exactly 32 bytes. */
  SymmetricState(byte[] protocolName, byte[] prologue) {
    if (protocolName.length != HASH_BYTES) {
      throw new IllegalArgumentException("protocol name must have 32 bytes");
    }
    chainingKey = protocolName;
    hash = protocolName;
    mixHash(prologue);
  }

  void mixHash(byte[] data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(hash);
      hash = digest.digest(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  void mixKey(byte[] keyMaterial) {
    byte[] output = hkdf(keyMaterial);
    chainingKey = Arrays.copyOf(output, HASH_BYTES);
    cipher = new ChaChaPoly(Arrays.copyOfRange(output, HASH_BYTES, 2 * HASH_BYTES));
  }

  byte[] encryptAndHash(byte[] plaintext) throws NoiseException {
    byte[] sealed = plaintext;
    if (cipher != null) {
      sealed = Arrays.copyOf(plaintext, plaintext.length + ChaChaPoly.TAG_BYTES);
      cipher.seal(hash, sealed, 0, plaintext.length);
    }
    mixHash(sealed);
    return sealed;
  }

  byte[] decryptAndHash(byte[] sealed) throws NoiseException {
    byte[] plaintext = sealed;
    if (cipher != null) {
      byte[] work = sealed.clone();
      plaintext = Arrays.copyOf(work, cipher.open(hash, work, work.length));
    }
    mixHash(sealed);
    return plaintext;
  }

  /** The two transport ciphers: the initiator's first. */
  TransportCiphers split() {
    byte[] output = hkdf(new byte[0]);
    return new TransportCiphers(
        new ChaChaPoly(Arrays.copyOf(output, HASH_BYTES)),
        new ChaChaPoly(Arrays.copyOfRange(output, HASH_BYTES, 2 * HASH_BYTES)));
  }

  record TransportCiphers(ChaChaPoly initiator, ChaChaPoly responder) {}

  byte[] handshakeHash() {
    return hash.clone();
  }

  private byte[] hkdf(byte[] keyMaterial) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addSalt(chainingKey)
                  .addIKM(keyMaterial)
                  .thenExpand(new byte[0], 2 * HASH_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
    }
  }
}
