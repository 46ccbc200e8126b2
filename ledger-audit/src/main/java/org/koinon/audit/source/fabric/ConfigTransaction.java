package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;

/**
 * The one transaction of a block that sets the channel's configuration.
 *
 * @param channel whose
 * @param envelope the configuration and the change that led to it
 */
record ConfigTransaction(String channel, ConfigEnvelope envelope) {
  /** Reads a transaction; empty if it is of another kind. */
  static Optional<ConfigTransaction> of(ByteString transaction) {
    try {
      Payload payload = Payload.parseFrom(Envelope.parseFrom(transaction).getPayload());
      ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
      return header.getType() == HeaderType.CONFIG_VALUE
          ? Optional.of(
              new ConfigTransaction(
                  header.getChannelId(), ConfigEnvelope.parseFrom(payload.getData())))
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
