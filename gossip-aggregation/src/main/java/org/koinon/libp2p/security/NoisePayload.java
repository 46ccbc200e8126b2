package org.koinon.libp2p.security;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.crypto.PublicKey;
import org.koinon.libp2p.wire.ProtoReader;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;

/**
 * What each side of a libp2p Noise handshake proves: its identity key, signed over its static Noise
 * key, and the multiplexers it offers. Source: libp2p noise specification, revision 5.
 *
 * @param identity the peer's key, its signature checked
 * @param muxers offered multiplexers in the peer's order; empty when the peer says nothing of them
 */
record NoisePayload(PublicKey identity, List<String> muxers) {
  private static final byte[] SIGNATURE_PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_SIGNATURE_BYTES = 1024;
  private static final int MAX_MUXERS = 16;
  private static final int MAX_EXTENSION_ENTRIES = 64;

  static byte[] encode(IdentityKey identity, byte[] staticKey, List<ProtocolId> muxers) {
    ProtoWriter extensions = new ProtoWriter();
    for (ProtocolId muxer : muxers) {
      extensions.string(2, muxer.name());
    }
    return new ProtoWriter()
        .bytes(1, identity.publicKey().toProtobuf())
        .bytes(2, identity.sign(signed(staticKey)))
        .message(4, extensions)
        .toByteArray();
  }

  /** Reads and checks; there is no unchecked payload. */
  static NoisePayload decode(byte[] message, byte[] staticKey)
      throws WireException, NoiseException {
    byte[] key = new byte[0];
    byte[] signature = new byte[0];
    List<String> muxers = List.of();
    ProtoReader reader = ProtoReader.of(message);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> key = reader.bytes(PublicKey.MAX_PROTOBUF_BYTES);
        case 2 -> signature = reader.bytes(MAX_SIGNATURE_BYTES);
        case 4 -> muxers = muxers(reader.message());
        default -> {} // fields of later revisions
      }
    }
    PublicKey identity = PublicKey.fromProtobuf(key);
    if (!identity.verify(signed(staticKey), signature)) {
      throw new NoiseException(
          "peer " + identity.peerId() + " did not sign its Noise key: not the holder of that id");
    }
    return new NoisePayload(identity, muxers);
  }

  private static List<String> muxers(ProtoReader reader) throws WireException {
    List<String> muxers = new ArrayList<>();
    for (int i = 0; reader.next(); i++) {
      ProtoReader.requireRoom(i, MAX_EXTENSION_ENTRIES, "Noise extensions");
      if (reader.field() == 2) {
        ProtoReader.requireRoom(muxers.size(), MAX_MUXERS, "multiplexers");
        muxers.add(reader.string(ProtocolId.MAX_BYTES));
      }
    }
    return List.copyOf(muxers);
  }

  private static byte[] signed(byte[] staticKey) {
    byte[] message = new byte[SIGNATURE_PREFIX.length + staticKey.length];
    System.arraycopy(SIGNATURE_PREFIX, 0, message, 0, SIGNATURE_PREFIX.length);
    System.arraycopy(staticKey, 0, message, SIGNATURE_PREFIX.length, staticKey.length);
    return message;
  }
}
