package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;

/**
 * A signature, what it is over, and who is said to have made it.
 *
 * @param identity serialised, as Fabric writes it
 * @param message the signed bytes
 * @param signature ECDSA in DER
 */
record SignedData(ByteString identity, ByteString message, ByteString signature) {
  /** Whether it is that identity's signature. */
  boolean isBy(Identity by) {
    return EcdsaP256.verifies(by.certificate().getPublicKey(), message, signature);
  }
}
