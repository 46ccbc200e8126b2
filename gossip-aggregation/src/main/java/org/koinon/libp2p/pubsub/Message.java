package org.koinon.libp2p.pubsub;

import org.koinon.libp2p.core.PeerId;

/** A published message whose signature by its author has been checked. Immutable. */
public final class Message {
  private final SignedMessage signed;

  Message(SignedMessage signed) {
    this.signed = signed;
  }

  /** The author, proven by the signature; not the neighbour that passed the message on. */
  public PeerId from() {
    return signed.author();
  }

  public Topic topic() {
    return signed.topic();
  }

  /** Grows with every message of one author. */
  public long seqno() {
    return signed.seqno();
  }

  public MessageId id() {
    return signed.id();
  }

  /** A copy of the payload. */
  public byte[] data() {
    return signed.data().clone();
  }

  public int sizeBytes() {
    return signed.data().length;
  }

  @Override
  public String toString() {
    return "Message[topic=%s, from=%s, seqno=%d, %d bytes]"
        .formatted(topic(), from(), seqno(), sizeBytes());
  }
}
