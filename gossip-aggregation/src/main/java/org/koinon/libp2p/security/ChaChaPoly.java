package org.koinon.libp2p.security;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Noise's CipherState over the JDK's ChaCha20-Poly1305: a key and a counting nonce, four zero bytes
 * and 64 bits little-endian (Noise revision 34, section 12.3). Seals and opens in place. For one
 * thread.
 */
final class ChaChaPoly {
  static final int TAG_BYTES = 16;
  private static final byte[] NO_DATA = new byte[0];

  private final SecretKeySpec key;
  private final Cipher cipher;
  private final byte[] nonce = new byte[12];
  private long counter;

  ChaChaPoly(byte[] key) {
    try {
      this.key = new SecretKeySpec(key, "ChaCha20");
      this.cipher = Cipher.getInstance("ChaCha20-Poly1305");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no ChaCha20-Poly1305", e);
    }
  }

  /** Seals {@code length} bytes where they stand; 16 more bytes follow. */
  void seal(byte[] buffer, int offset, int length) throws NoiseException {
    seal(NO_DATA, buffer, offset, length);
  }

  void seal(byte[] associated, byte[] buffer, int offset, int length) throws NoiseException {
    try {
      init(Cipher.ENCRYPT_MODE, associated);
      cipher.doFinal(buffer, offset, length, buffer, offset);
    } catch (GeneralSecurityException e) {
      throw new NoiseException("sealing failed", e);
    }
  }

  /**
   * Opens the first {@code length} bytes of the buffer where they stand; returns the plaintext's
   * length. The JDK decrypts without copies only from offset 0.
   */
  int open(byte[] buffer, int length) throws NoiseException {
    return open(NO_DATA, buffer, length);
  }

  int open(byte[] associated, byte[] buffer, int length) throws NoiseException {
    if (length < TAG_BYTES) {
      throw new NoiseException("record of " + length + " bytes is shorter than its tag");
    }
    try {
      init(Cipher.DECRYPT_MODE, associated);
      return cipher.doFinal(buffer, 0, length, buffer, 0);
    } catch (AEADBadTagException e) {
      throw new NoiseException("record is not authentic", e);
    } catch (GeneralSecurityException e) {
      throw new NoiseException("opening failed", e);
    }
  }

  private void init(int mode, byte[] associated) throws GeneralSecurityException {
    if (counter == -1) {
      throw new GeneralSecurityException("nonces are used up; reconnect");
    }
    for (int i = 0; i < 8; i++) {
      nonce[4 + i] = (byte) (counter >>> (8 * i));
    }
    counter++;
    cipher.init(mode, key, new IvParameterSpec(nonce));
    if (associated.length > 0) {
      cipher.updateAAD(associated);
    }
  }
}
