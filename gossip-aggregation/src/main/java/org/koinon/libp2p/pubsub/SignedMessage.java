package org.koinon.libp2p.pubsub;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.crypto.IdentityKey;
import org.koinon.libp2p.crypto.PublicKey;
import org.koinon.libp2p.wire.ProtoReader;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;

/**
 * A message as it travels, its signature not necessarily checked: author, data, sequence number,
 * topic, signature and, optionally, the author's key. Immutable; its arrays are never handed out of
 * the package.
 *
 * <p>Policy StrictSign: a message without author, sequence number of 8 bytes or signature does not
 * parse. The signature covers {@code libp2p-pubsub:} and the message without fields 5 and 6.
 * Source: gossipsub specification, section Message Signing.
 */
final class SignedMessage {
  private static final byte[] SIGN_PREFIX = "libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII);
  private static final int SIGNATURE_BYTES = 64;
  private static final byte[] NONE = {};

  private static final int FROM = 1;
  private static final int DATA = 2;
  private static final int SEQNO = 3;
  private static final int TOPIC = 4;
  private static final int SIGNATURE = 5;
  private static final int KEY = 6;

  private final PeerId author;
  private final byte[] data;
  private final long seqno;
  private final Topic topic;
  private final byte[] signature;
  private final byte[] key;
  private final MessageId id;

  private SignedMessage(PeerId author, byte[] data, long seqno, Topic topic, Proof proof) {
    this.author = author;
    this.data = data;
    this.seqno = seqno;
    this.topic = topic;
    this.signature = proof.signature;
    this.key = proof.key;
    this.id = MessageId.of(author.toBytes(), seqno);
  }

  private static final class Proof {
    final byte[] signature;
    final byte[] key;

    Proof(byte[] signature, byte[] key) {
      this.signature = signature;
      this.key = key;
    }
  }

  /** Signs our own message; the key is left out because the author's id carries it. */
  static SignedMessage sign(IdentityKey key, Topic topic, long seqno, byte[] data) {
    SignedMessage unsigned =
        new SignedMessage(key.peerId(), data.clone(), seqno, topic, new Proof(NONE, NONE));
    return new SignedMessage(
        unsigned.author,
        unsigned.data,
        seqno,
        topic,
        new Proof(key.sign(unsigned.signedBytes()), NONE));
  }

  /** Reads field 2 of an RPC; {@code maxDataBytes} limits the payload. */
  static SignedMessage read(ProtoReader reader, int maxDataBytes) throws WireException {
    byte[] from = NONE;
    byte[] data = NONE;
    byte[] seqno = NONE;
    String topic = "";
    byte[] signature = NONE;
    byte[] key = NONE;
    while (reader.next()) {
      switch (reader.field()) {
        case FROM -> from = reader.bytes(MessageId.MAX_BYTES);
        case DATA -> data = reader.bytes(maxDataBytes);
        case SEQNO -> seqno = reader.bytes(Long.BYTES);
        case TOPIC -> topic = reader.string(Topic.MAX_BYTES);
        case SIGNATURE -> signature = reader.bytes(SIGNATURE_BYTES);
        case KEY -> key = reader.bytes(PublicKey.MAX_PROTOBUF_BYTES);
        default -> {} // unknown fields are of later versions
      }
    }
    if (seqno.length != Long.BYTES || signature.length != SIGNATURE_BYTES || topic.isEmpty()) {
      throw new WireException(
          "message breaks StrictSign: seqno of %d bytes (8), signature of %d (64), topic \"%s\""
              .formatted(seqno.length, signature.length, topic));
    }
    return new SignedMessage(
        PeerId.fromBytes(from),
        data,
        ByteBuffer.wrap(seqno).getLong(),
        new Topic(topic),
        new Proof(signature, key));
  }

  ProtoWriter write() {
    ProtoWriter out = unsigned().bytes(SIGNATURE, signature);
    return key.length == 0 ? out : out.bytes(KEY, key);
  }

  private ProtoWriter unsigned() {
    ProtoWriter out = new ProtoWriter().bytes(FROM, author.toBytes());
    if (data.length > 0) {
      out.bytes(DATA, data);
    }
    return out.bytes(SEQNO, ByteBuffer.allocate(Long.BYTES).putLong(seqno).array())
        .string(TOPIC, topic.name());
  }

  private byte[] signedBytes() {
    byte[] message = unsigned().toByteArray();
    return ByteBuffer.allocate(SIGN_PREFIX.length + message.length)
        .put(SIGN_PREFIX)
        .put(message)
        .array();
  }

  /** Why the author did not sign this; empty when the author did. Costs one verification. */
  Optional<Forgery> forgery() {
    if (key.length > 0) {
      try {
        if (!PublicKey.fromProtobuf(key).peerId().equals(author)) {
          return Optional.of(Forgery.KEY_OF_ANOTHER);
        }
      } catch (WireException _) {
        return Optional.of(Forgery.KEY_UNREADABLE);
      }
    }
    return PublicKey.of(author).verify(signedBytes(), signature)
        ? Optional.empty()
        : Optional.of(Forgery.SIGNATURE_WRONG);
  }

  PeerId author() {
    return author;
  }

  byte[] data() {
    return data;
  }

  long seqno() {
    return seqno;
  }

  Topic topic() {
    return topic;
  }

  MessageId id() {
    return id;
  }

  /** Bytes on the wire, near enough for accounts. */
  int sizeBytes() {
    return data.length + key.length + 2 * SIGNATURE_BYTES + topic.name().length();
  }

  @Override
  public String toString() {
    return "SignedMessage[topic=%s, author=%s, seqno=%d, %d bytes]"
        .formatted(topic, author.brief(), seqno, data.length);
  }
}
