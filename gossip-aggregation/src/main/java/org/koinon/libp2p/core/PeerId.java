package org.koinon.libp2p.core;

import java.util.Arrays;
import java.util.HexFormat;
import org.koinon.libp2p.wire.Base32;
import org.koinon.libp2p.wire.Base58;
import org.koinon.libp2p.wire.WireException;

/**
 * The name of a libp2p peer: its Ed25519 public key (32 bytes) inside an identity multihash.
 *
 * <p>Only Ed25519 identities exist here, so a peer id always carries its key and nothing has to be
 * looked up to check a signature. Order is that of the unsigned key bytes. Source: libp2p peer-ids
 * specification, revision 1 (38 bytes: {@code 00 24 08 01 12 20} and the key).
 */
public final class PeerId implements Comparable<PeerId> {
  /** Bytes of a peer id on the wire. */
  public static final int BYTES = 38;

  private static final byte[] PREFIX = HexFormat.of().parseHex("002408011220");
  private static final int CID_V1 = 0x01;
  private static final int MULTICODEC_LIBP2P_KEY = 0x72;
  private static final int TEXT_LIMIT = 128;

  private final byte[] multihash;
  private final String base58;

  private PeerId(byte[] multihash) {
    this.multihash = multihash;
    this.base58 = Base58.encode(multihash);
  }

  /** The id of the peer whose raw Ed25519 public key this is. */
  public static PeerId ofEd25519(byte[] publicKey) {
    if (publicKey.length != BYTES - PREFIX.length) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 32 bytes, not " + publicKey.length);
    }
    byte[] multihash = Arrays.copyOf(PREFIX, BYTES);
    System.arraycopy(publicKey, 0, multihash, PREFIX.length, publicKey.length);
    return new PeerId(multihash);
  }

  /** Reads the 38-byte form that messages carry. */
  public static PeerId fromBytes(byte[] multihash) throws WireException {
    if (multihash.length != BYTES || !startsWithPrefix(multihash)) {
      throw new WireException(
          "peer id of "
              + multihash.length
              + " bytes is not an Ed25519 identity (38 bytes, 002408011220...); other key types are"
              + " not accepted");
    }
    return new PeerId(multihash.clone());
  }

  /** Reads the text form: base58 ({@code 12D3KooW...}) or CIDv1 in base32 ({@code bafz...}). */
  public static PeerId parse(String text) {
    if (text.isEmpty() || text.length() > TEXT_LIMIT) {
      throw new IllegalArgumentException(
          "a peer id has 1 to " + TEXT_LIMIT + " characters, not " + text.length());
    }
    try {
      return fromBytes(text.startsWith("b") ? fromCid(text) : Base58.decode(text));
    } catch (WireException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a peer id: " + e.getMessage(), e);
    }
  }

  private static byte[] fromCid(String text) throws WireException {
    byte[] cid = Base32.decode(text.substring(1));
    if (cid.length < 2 || cid[0] != CID_V1 || cid[1] != MULTICODEC_LIBP2P_KEY) {
      throw new WireException("CID is not version 1 with codec libp2p-key");
    }
    return Arrays.copyOfRange(cid, 2, cid.length);
  }

  private static boolean startsWithPrefix(byte[] multihash) {
    return Arrays.equals(multihash, 0, PREFIX.length, PREFIX, 0, PREFIX.length);
  }

  /** The multihash, 38 bytes. */
  public byte[] toBytes() {
    return multihash.clone();
  }

  /** The raw Ed25519 public key, 32 bytes. */
  public byte[] ed25519Key() {
    return Arrays.copyOfRange(multihash, PREFIX.length, BYTES);
  }

  /** The last eight characters: enough for a log line. */
  public String brief() {
    return base58.substring(base58.length() - 8);
  }

  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(multihash, other.multihash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerId that && Arrays.equals(multihash, that.multihash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(multihash);
  }

  @Override
  public String toString() {
    return base58;
  }
}
