package org.koinon.libp2p.pubsub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.koinon.libp2p.wire.ProtoReader;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;

/**
 * Bytes of an RPC, without the length in front. Unknown fields, extensions of version 1.3 and
 * exchanged peers are skipped. Source: gossipsub specification, rpc.proto.
 */
final class RpcCodec {
  private static final int SUBSCRIPTIONS = 1;
  private static final int PUBLISH = 2;
  private static final int CONTROL = 3;

  private static final int IHAVE = 1;
  private static final int IWANT = 2;
  private static final int GRAFT = 3;
  private static final int PRUNE = 4;
  private static final int IDONTWANT = 5;

  private final RpcLimits limits;

  RpcCodec(RpcLimits limits) {
    this.limits = limits;
  }

  byte[] encode(Rpc rpc) {
    ProtoWriter out = new ProtoWriter();
    for (Rpc.SubscriptionChange change : rpc.subscriptions()) {
      out.message(
          SUBSCRIPTIONS,
          new ProtoWriter().bool(1, change.subscribed()).string(2, change.topic().name()));
    }
    for (SignedMessage message : rpc.messages()) {
      out.message(PUBLISH, message.write());
    }
    if (!rpc.control().isEmpty()) {
      out.message(CONTROL, control(rpc.control()));
    }
    return out.toByteArray();
  }

  private static ProtoWriter control(Rpc.Control control) {
    ProtoWriter out = new ProtoWriter();
    for (Rpc.IHave have : control.ihave()) {
      ProtoWriter entry = new ProtoWriter().string(1, have.topic().name());
      have.ids().forEach(id -> entry.bytes(2, id.toBytes()));
      out.message(IHAVE, entry);
    }
    writeIds(out, IWANT, control.iwant());
    for (Topic topic : control.graft()) {
      out.message(GRAFT, new ProtoWriter().string(1, topic.name()));
    }
    for (Rpc.Prune prune : control.prune()) {
      out.message(
          PRUNE,
          new ProtoWriter().string(1, prune.topic().name()).uint64(3, prune.backoff().toSeconds()));
    }
    writeIds(out, IDONTWANT, control.idontwant());
    return out;
  }

  private static void writeIds(ProtoWriter out, int field, List<MessageId> ids) {
    if (!ids.isEmpty()) {
      ProtoWriter entry = new ProtoWriter();
      ids.forEach(id -> entry.bytes(1, id.toBytes()));
      out.message(field, entry);
    }
  }

  Rpc decode(byte[] frame) throws WireException {
    List<Rpc.SubscriptionChange> subscriptions = new ArrayList<>();
    List<SignedMessage> messages = new ArrayList<>();
    ControlReader control = new ControlReader();
    ProtoReader reader = ProtoReader.of(frame);
    while (reader.next()) {
      switch (reader.field()) {
        case SUBSCRIPTIONS -> {
          ProtoReader.requireRoom(subscriptions.size(), limits.messages(), "subscriptions");
          subscriptions.add(subscription(reader.message()));
        }
        case PUBLISH -> {
          ProtoReader.requireRoom(messages.size(), limits.messages(), "messages in one RPC");
          messages.add(SignedMessage.read(reader.message(), limits.dataBytes()));
        }
        case CONTROL -> control.read(reader.message());
        default -> {} // of later versions
      }
    }
    return new Rpc(subscriptions, messages, control.result());
  }

  private static Rpc.SubscriptionChange subscription(ProtoReader reader) throws WireException {
    boolean subscribed = false;
    String topic = "";
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> subscribed = reader.bool();
        case 2 -> topic = reader.string(Topic.MAX_BYTES);
        default -> {} // partial messages of version 1.3 add fields 3 and 4
      }
    }
    return new Rpc.SubscriptionChange(topic(topic), subscribed);
  }

  private static Topic topic(String name) throws WireException {
    if (name.isEmpty()) {
      throw new WireException("an entry without a topic");
    }
    return new Topic(name);
  }

  /** Collects the control part; the counts run over all its entries together. */
  private final class ControlReader {
    private final List<Rpc.IHave> ihave = new ArrayList<>();
    private final List<MessageId> iwant = new ArrayList<>();
    private final List<Topic> graft = new ArrayList<>();
    private final List<Rpc.Prune> prune = new ArrayList<>();
    private final List<MessageId> idontwant = new ArrayList<>();
    private int ids;

    void read(ProtoReader reader) throws WireException {
      while (reader.next()) {
        switch (reader.field()) {
          case IHAVE -> {
            ProtoReader.requireRoom(ihave.size(), limits.meshChanges(), "IHAVE entries");
            ihave.add(ihave(reader.message()));
          }
          case IWANT -> readIds(reader.message(), 1, iwant);
          case GRAFT -> {
            requireMeshRoom();
            graft.add(graft(reader.message()));
          }
          case PRUNE -> {
            requireMeshRoom();
            prune.add(prune(reader.message()));
          }
          case IDONTWANT -> readIds(reader.message(), 1, idontwant);
          default -> {} // extensions of version 1.3
        }
      }
    }

    private void requireMeshRoom() throws WireException {
      ProtoReader.requireRoom(
          graft.size() + prune.size(), limits.meshChanges(), "GRAFT and PRUNE entries");
    }

    private void keepId(ProtoReader reader, List<MessageId> into) throws WireException {
      ProtoReader.requireRoom(ids++, limits.ids(), "message ids in one RPC");
      byte[] id = reader.bytes(MessageId.MAX_BYTES);
      if (id.length == 0) {
        throw new WireException("an empty message id");
      }
      into.add(MessageId.of(id));
    }

    private void readIds(ProtoReader reader, int field, List<MessageId> into) throws WireException {
      while (reader.next()) {
        if (reader.field() == field) {
          keepId(reader, into);
        }
      }
    }

    private Rpc.IHave ihave(ProtoReader reader) throws WireException {
      String topic = "";
      List<MessageId> announced = new ArrayList<>();
      while (reader.next()) {
        switch (reader.field()) {
          case 1 -> topic = reader.string(Topic.MAX_BYTES);
          case 2 -> keepId(reader, announced);
          default -> {} // of later versions
        }
      }
      return new Rpc.IHave(topic(topic), announced);
    }

    private static Topic graft(ProtoReader reader) throws WireException {
      String topic = "";
      while (reader.next()) {
        if (reader.field() == 1) {
          topic = reader.string(Topic.MAX_BYTES);
        }
      }
      return topic(topic);
    }

    private static Rpc.Prune prune(ProtoReader reader) throws WireException {
      String topic = "";
      long backoffSeconds = 0;
      while (reader.next()) {
        switch (reader.field()) {
          case 1 -> topic = reader.string(Topic.MAX_BYTES);
          case 3 -> backoffSeconds = reader.uint64();
          default -> {} // field 2, exchanged peers: the roster is known, nobody dials strangers
        }
      }
      return new Rpc.Prune(topic(topic), seconds(backoffSeconds));
    }

    /** An unsigned number of seconds; what does not fit an int is as good as for ever. */
    private static Duration seconds(long unsigned) {
      return Duration.ofSeconds(
          unsigned < 0 || unsigned > Integer.MAX_VALUE ? Integer.MAX_VALUE : unsigned);
    }

    Rpc.Control result() {
      return new Rpc.Control(ihave, iwant, graft, prune, idontwant);
    }
  }
}
