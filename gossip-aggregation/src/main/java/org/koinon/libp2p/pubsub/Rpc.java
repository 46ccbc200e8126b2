package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.List;

/** One gossipsub frame: subscriptions, messages and control. */
record Rpc(List<SubscriptionChange> subscriptions, List<SignedMessage> messages, Control control) {
  private static final Rpc EMPTY = new Rpc(List.of(), List.of(), Control.NONE);

  /** A peer starts or ends its interest in a topic. */
  record SubscriptionChange(Topic topic, boolean subscribed) {}

  /** Recent messages of a topic that the sender can deliver. */
  record IHave(Topic topic, List<MessageId> ids) {
    IHave {
      ids = List.copyOf(ids);
    }
  }

  /** The sender leaves our mesh; no GRAFT before the back-off has passed. */
  record Prune(Topic topic, Duration backoff) {}

  /** The control part; IWANT and IDONTWANT lists are merged, since their framing means nothing. */
  record Control(
      List<IHave> ihave,
      List<MessageId> iwant,
      List<Topic> graft,
      List<Prune> prune,
      List<MessageId> idontwant) {
    static final Control NONE = new Control(List.of(), List.of(), List.of(), List.of(), List.of());

    Control {
      ihave = List.copyOf(ihave);
      iwant = List.copyOf(iwant);
      graft = List.copyOf(graft);
      prune = List.copyOf(prune);
      idontwant = List.copyOf(idontwant);
    }

    boolean isEmpty() {
      return equals(NONE);
    }
  }

  /** What a full queue may lose, and in which order. */
  enum Loss {
    /** Dropped first: announcements. */
    GOSSIP,
    /** Dropped next, the oldest first: messages. */
    MESSAGES,
    /** Never dropped: subscriptions, GRAFT, PRUNE, IWANT. */
    NEVER
  }

  Rpc {
    subscriptions = List.copyOf(subscriptions);
    messages = List.copyOf(messages);
  }

  static Rpc subscriptions(List<SubscriptionChange> changes) {
    return new Rpc(changes, List.of(), Control.NONE);
  }

  static Rpc message(SignedMessage message) {
    return new Rpc(List.of(), List.of(message), Control.NONE);
  }

  static Rpc meshChange(List<Topic> graft, List<Prune> prune) {
    return control(new Control(List.of(), List.of(), graft, prune, List.of()));
  }

  static Rpc ihave(List<IHave> ihave) {
    return control(new Control(ihave, List.of(), List.of(), List.of(), List.of()));
  }

  static Rpc iwant(List<MessageId> ids) {
    return control(new Control(List.of(), ids, List.of(), List.of(), List.of()));
  }

  static Rpc idontwant(List<MessageId> ids) {
    return control(new Control(List.of(), List.of(), List.of(), List.of(), ids));
  }

  private static Rpc control(Control control) {
    return new Rpc(EMPTY.subscriptions, EMPTY.messages, control);
  }

  Loss loss() {
    if (!subscriptions.isEmpty()
        || !control.graft().isEmpty()
        || !control.prune().isEmpty()
        || !control.iwant().isEmpty()) {
      return Loss.NEVER;
    }
    return messages.isEmpty() ? Loss.GOSSIP : Loss.MESSAGES;
  }

  /** Bytes on the wire, near enough for accounts. */
  int sizeBytes() {
    int bytes = 16;
    for (SubscriptionChange change : subscriptions) {
      bytes += 8 + change.topic().name().length();
    }
    for (SignedMessage message : messages) {
      bytes += message.sizeBytes();
    }
    for (IHave have : control.ihave()) {
      bytes += 8 + have.topic().name().length() + idBytes(have.ids());
    }
    return bytes
        + idBytes(control.iwant())
        + idBytes(control.idontwant())
        + 64 * (control.graft().size() + control.prune().size());
  }

  private static int idBytes(List<MessageId> ids) {
    int bytes = 0;
    for (MessageId id : ids) {
      bytes += id.length() + 2;
    }
    return bytes;
  }
}
