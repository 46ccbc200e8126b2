package org.koinon.libp2p.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.koinon.libp2p.core.Multiaddr;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.crypto.PublicKey;
import org.koinon.libp2p.wire.ProtoReader;
import org.koinon.libp2p.wire.ProtoWriter;
import org.koinon.libp2p.wire.WireException;

/**
 * What identify and identify push carry. A list that is absent from the message is absent here, so
 * that a push can leave things unchanged. Source: libp2p identify specification, revision 1.
 *
 * @param protocols what the sender speaks; entries that are no protocol ids are left out
 * @param listenAddresses where the sender says it listens; a hint, never dialled
 * @param observedAddress where the sender sees the receiver; a hint
 * @param agent name of the sender's software, control characters replaced
 */
public record IdentifyMessage(
    Optional<PublicKey> publicKey,
    Optional<Set<ProtocolId>> protocols,
    List<Multiaddr> listenAddresses,
    Optional<Multiaddr> observedAddress,
    String agent) {
  static final int MAX_PROTOCOLS = 256;
  static final int MAX_ADDRESSES = 64;
  private static final int MAX_TEXT_BYTES = 256;
  private static final String PROTOCOL_VERSION = "koinon/1.0.0";

  public IdentifyMessage {
    protocols = protocols.map(Set::copyOf);
    listenAddresses = List.copyOf(listenAddresses);
  }

  /** The message; protocols in alphabetical order. */
  byte[] encode() {
    ProtoWriter writer = new ProtoWriter();
    publicKey.ifPresent(key -> writer.bytes(1, key.toProtobuf()));
    listenAddresses.forEach(address -> writer.bytes(2, address.toBytes()));
    protocols.ifPresent(
        set -> set.stream().map(ProtocolId::name).sorted().forEach(name -> writer.string(3, name)));
    observedAddress.ifPresent(address -> writer.bytes(4, address.toBytes()));
    return writer.string(5, PROTOCOL_VERSION).string(6, agent).toByteArray();
  }

  /** Reads one message or several of them one behind the other, which mean the same. */
  static IdentifyMessage decode(byte[] message) throws WireException {
    Builder builder = new Builder();
    ProtoReader reader = ProtoReader.of(message);
    while (reader.next()) {
      builder.field(reader);
    }
    return builder.build();
  }

  private static final class Builder {
    private Optional<PublicKey> publicKey = Optional.empty();
    private final Set<ProtocolId> protocols = new TreeSet<>(Comparator.comparing(ProtocolId::name));
    private final List<Multiaddr> addresses = new ArrayList<>();
    private Optional<Multiaddr> observed = Optional.empty();
    private String agent = "";
    private int protocolFields;
    private int addressFields;

    void field(ProtoReader reader) throws WireException {
      switch (reader.field()) {
        case 1 ->
            publicKey =
                Optional.of(PublicKey.fromProtobuf(reader.bytes(PublicKey.MAX_PROTOBUF_BYTES)));
        case 2 -> {
          ProtoReader.requireRoom(addressFields++, MAX_ADDRESSES, "listen addresses");
          address(reader).ifPresent(addresses::add);
        }
        case 3 -> {
          ProtoReader.requireRoom(protocolFields++, MAX_PROTOCOLS, "protocols");
          String name = reader.string(MAX_TEXT_BYTES);
          if (ProtocolId.isValid(name)) {
            protocols.add(new ProtocolId(name));
          }
        }
        case 4 -> observed = address(reader);
        case 6 -> agent = reader.string(MAX_TEXT_BYTES).replaceAll("\\p{Cntrl}", "?");
        default -> {} // protocol version, signed peer record and what later revisions add
      }
    }

    IdentifyMessage build() {
      Optional<Set<ProtocolId>> spoken =
          protocolFields == 0 ? Optional.empty() : Optional.of(protocols);
      return new IdentifyMessage(publicKey, spoken, addresses, observed, agent);
    }

    // Peers may listen on transports unknown here; such an address is passed over.
    private static Optional<Multiaddr> address(ProtoReader reader) throws WireException {
      byte[] bytes = reader.bytes(Multiaddr.MAX_BYTES);
      try {
        return Optional.of(Multiaddr.fromBytes(bytes));
      } catch (WireException e) {
        return Optional.empty();
      }
    }
  }
}
