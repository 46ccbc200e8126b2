package org.koinon.network.keys;

import java.math.BigInteger;
import org.koinon.federation.attestation.PublicKey;

/**
 * The libp2p peer id of an Ed25519 transport key: base58 of the identity multihash of the protobuf
 * {Type = 1, Data = key} (libp2p specs, peer-ids).
 */
public final class TransportIdentity {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final byte[] PREFIX = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};

  private TransportIdentity() {}

  /** The peer id of this key. */
  public static String peerId(PublicKey transportKey) {
    byte[] key = transportKey.bytes();
    byte[] multihash = new byte[PREFIX.length + key.length];
    System.arraycopy(PREFIX, 0, multihash, 0, PREFIX.length);
    System.arraycopy(key, 0, multihash, PREFIX.length, key.length);
    return base58(multihash);
  }

  /** Base58 with Bitcoin's alphabet; each leading zero byte is a '1'. */
  static String base58(byte[] bytes) {
    StringBuilder digits = new StringBuilder();
    BigInteger base = BigInteger.valueOf(ALPHABET.length());
    for (BigInteger rest = new BigInteger(1, bytes); rest.signum() > 0; rest = rest.divide(base)) {
      digits.append(ALPHABET.charAt(rest.mod(base).intValue()));
    }
    for (int i = 0; i < bytes.length && bytes[i] == 0; i++) {
      digits.append('1');
    }
    return digits.reverse().toString();
  }
}
