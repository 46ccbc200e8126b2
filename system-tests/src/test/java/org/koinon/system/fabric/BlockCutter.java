package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.koinon.federation.encoding.Digest;
import org.koinon.system.fabric.TestAuthority.Credentials;

/**
 * Makes blocks as Fabric's orderers do: linked by the hash of the header before, signed, and with
 * the committing peer's verdict on each transaction.
 *
 * @param orderer who signs
 */
record BlockCutter(Credentials orderer) {
  private static final ByteString VALID = ByteString.copyFrom(new byte[] {0});
  private static final ByteString NO_HASH = ByteString.copyFrom(new byte[Digest.BYTES]);

  /** The first block, which holds the channel's configuration, and which nobody signs. */
  Block genesis() {
    return block(0, NO_HASH, List.of(configuration(0)), VALID, 0);
  }

  /** A block after that one with a configuration of at least so many bytes. */
  Block configured(Block last, int bytes) {
    return cut(last, List.of(configuration(bytes)), VALID, last.getHeader().getNumber() + 1);
  }

  private static Envelope configuration(int bytes) {
    Header header =
        Header.newBuilder()
            .setChannelHeader(
                ChannelHeader.newBuilder().setType(HeaderType.CONFIG_VALUE).build().toByteString())
            .build();
    Payload payload =
        Payload.newBuilder()
            .setHeader(header)
            .setData(ByteString.copyFrom(new byte[bytes]))
            .build();
    return Envelope.newBuilder().setPayload(payload.toByteString()).build();
  }

  /** The block after that one. */
  Block cut(Block last, List<Envelope> transactions, ByteString validity) {
    return cut(last, transactions, validity, lastConfiguration(last));
  }

  private static long lastConfiguration(Block block) {
    try {
      Metadata metadata = Metadata.parseFrom(block.getMetadata().getMetadata(0));
      return OrdererBlockMetadata.parseFrom(metadata.getValue()).getLastConfig().getIndex();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private Block cut(
      Block last, List<Envelope> transactions, ByteString validity, long configuration) {
    ByteString previous = ByteString.copyFrom(Digest.sha256(der(last.getHeader())).bytes());
    long number = last.getHeader().getNumber() + 1;
    return block(number, previous, transactions, validity, configuration);
  }

  private Block block(
      long number,
      ByteString previous,
      List<Envelope> transactions,
      ByteString validity,
      long configuration) {
    BlockData data =
        BlockData.newBuilder()
            .addAllData(transactions.stream().map(Envelope::toByteString).toList())
            .build();
    ByteString joined = data.getDataList().stream().reduce(ByteString.EMPTY, ByteString::concat);
    BlockHeader header =
        BlockHeader.newBuilder()
            .setNumber(number)
            .setPreviousHash(previous)
            .setDataHash(ByteString.copyFrom(Digest.sha256(joined.toByteArray()).bytes()))
            .build();
    BlockMetadata metadata =
        BlockMetadata.newBuilder()
            .addMetadata(signatures(header, configuration))
            .addMetadata(ByteString.EMPTY)
            .addMetadata(validity)
            .build();
    return Block.newBuilder().setHeader(header).setData(data).setMetadata(metadata).build();
  }

  private ByteString signatures(BlockHeader header, long configuration) {
    ByteString value =
        OrdererBlockMetadata.newBuilder()
            .setLastConfig(LastConfig.newBuilder().setIndex(configuration))
            .build()
            .toByteString();
    Metadata.Builder metadata = Metadata.newBuilder().setValue(value);
    if (header.getNumber() > 0) {
      ByteString signer =
          SignatureHeader.newBuilder()
              .setCreator(StandInIdentities.serialised("OrdererMSP", orderer))
              .build()
              .toByteString();
      ByteString message = value.concat(signer).concat(ByteString.copyFrom(der(header)));
      metadata.addSignatures(
          MetadataSignature.newBuilder()
              .setSignatureHeader(signer)
              .setSignature(StandInIdentities.sign(orderer, message)));
    }
    return metadata.build().toByteString();
  }

  /** What the hash of a block is of, and what orderers sign. */
  static byte[] der(BlockHeader header) {
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(new ASN1Integer(header.getNumber()));
    parts.add(new DEROctetString(header.getPreviousHash().toByteArray()));
    parts.add(new DEROctetString(header.getDataHash().toByteArray()));
    try {
      return new DERSequence(parts).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
