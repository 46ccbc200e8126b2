package org.koinon.peer.dataset;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4). */
final class Sha256 {
  private Sha256() {}

  static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  static byte[] of(byte[]... parts) {
    MessageDigest digest = fresh();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }
}
