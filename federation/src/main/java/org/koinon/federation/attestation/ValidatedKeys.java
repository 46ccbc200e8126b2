package org.koinon.federation.attestation;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * The points of the public keys that were found valid last. To check a key's order costs more than
 * to verify a signature, and the same few keys stand in every roster that is read.
 *
 * <p>Holds public values only, a few hundred bytes each; safe for use by several threads.
 */
final class ValidatedKeys {
  private static final int KEYS_MAX = 4096;

  private static final Map<String, Ed25519.PublicPoint> POINTS =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ed25519.PublicPoint> eldest) {
          return size() > KEYS_MAX;
        }
      };

  private ValidatedKeys() {}

  /** The key's point; null if it is none, or one of the wrong order. */
  static Ed25519.@Nullable PublicPoint point(String hex, byte[] key) {
    synchronized (POINTS) {
      Ed25519.PublicPoint known = POINTS.get(hex);
      if (known != null) {
        return known;
      }
    }
    Ed25519.PublicPoint point = Ed25519.validatePublicKeyFullExport(key, 0);
    if (point != null) {
      synchronized (POINTS) {
        POINTS.put(hex, point);
      }
    }
    return point;
  }
}
