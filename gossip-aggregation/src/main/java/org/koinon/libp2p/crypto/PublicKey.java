package org.koinon.libp2p.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.wire.ProtoReader;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;

/**
 * The Ed25519 public key of a peer. Its protobuf form is {@code {Type = 1, Data = 32 bytes}}, 36
 * bytes, written deterministically (libp2p peer-ids specification).
 */
public final class PublicKey {
  /** Longest protobuf form that is looked at, in bytes (an RSA key would be longer). */
  public static final int MAX_PROTOBUF_BYTES = 4096;

  private static final int TYPE_ED25519 = 1;
  private static final String[] TYPE_NAMES = {"RSA", "Ed25519", "Secp256k1", "ECDSA"};

  private final PeerId peerId;

  private PublicKey(PeerId peerId) {
    this.peerId = peerId;
  }

  /** The key inside a peer id. */
  public static PublicKey of(PeerId peerId) {
    return new PublicKey(peerId);
  }

  /** Reads the protobuf form; any key type but Ed25519 is refused by name. */
  public static PublicKey fromProtobuf(byte[] message) throws WireException {
    long type = -1;
    byte[] data = new byte[0];
    ProtoReader reader = ProtoReader.of(message);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> type = reader.uint64();
        case 2 -> data = reader.bytes(MAX_PROTOBUF_BYTES);
        default -> throw new WireException("public key has an unknown field " + reader.field());
      }
    }
    if (type != TYPE_ED25519) {
      String name = type >= 0 && type < TYPE_NAMES.length ? TYPE_NAMES[(int) type] : "type " + type;
      throw new WireException("public key is " + name + "; only Ed25519 identities are accepted");
    }
    if (data.length != Ed25519.PUBLIC_KEY_SIZE) {
      throw new WireException("Ed25519 public key has " + data.length + " bytes, not 32");
    }
    return new PublicKey(PeerId.ofEd25519(data));
  }

  /** The protobuf form, 36 bytes. */
  public byte[] toProtobuf() {
    return new ProtoWriter().uint64(1, TYPE_ED25519).bytes(2, peerId.ed25519Key()).toByteArray();
  }

  /** The id that this key gives its owner. */
  public PeerId peerId() {
    return peerId;
  }

  /** Whether {@code signature} (64 bytes) is this key's over {@code message} (RFC 8032). */
  public boolean verify(byte[] message, byte[] signature) {
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verify(signature, 0, peerId.ed25519Key(), 0, message, 0, message.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && peerId.equals(that.peerId);
  }

  @Override
  public int hashCode() {
    return peerId.hashCode();
  }

  @Override
  public String toString() {
    return "PublicKey[" + peerId + "]";
  }
}
