package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.Digest;

/** The ids of all transactions of the blocks before, valid or not: none may stand twice. */
final class TransactionIds {
  private static final int IDS_MAX = 4_000_000;

  private final Set<Digest> known = new HashSet<>();

  boolean isKnown(String id) {
    return known.contains(digest(id));
  }

  /** Takes those of a block. */
  void take(ChannelBlock block) {
    block.transactions().forEach(each -> id(each).ifPresent(id -> known.add(digest(id))));
    if (known.size() > IDS_MAX) {
      throw new BlockFault(
          Rule.TRANSACTION_UNJUDGED, "the channel has over " + IDS_MAX + " transactions: too many");
    }
  }

  private static Digest digest(String id) {
    return Digest.sha256(id.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> id(ByteString transaction) {
    try {
      Payload payload = Payload.parseFrom(Envelope.parseFrom(transaction).getPayload());
      String id = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader()).getTxId();
      if (!id.isEmpty()) {
        return Optional.of(id);
      }
      SignatureHeader signer = SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader());
      return Optional.of(EndorsedTransaction.id(signer.getNonce(), signer.getCreator()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
