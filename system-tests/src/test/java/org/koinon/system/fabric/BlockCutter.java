package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
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
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
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

  /** The first block, which holds the channel's configuration. */
  Block genesis() {
    return block(0, NO_HASH, List.of(configuration(0)), VALID);
  }

  /** A block after that one with a configuration of at least so many bytes. */
  Block configured(Block last, int bytes) {
    return cut(last, List.of(configuration(bytes)), VALID);
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
    ByteString previous = ByteString.copyFrom(Digest.sha256(der(last.getHeader())).bytes());
    return block(last.getHeader().getNumber() + 1, previous, transactions, validity);
  }

  private Block block(
      long number, ByteString previous, List<Envelope> transactions, ByteString validity) {
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
            .addMetadata(signatures(header))
            .addMetadata(ByteString.EMPTY)
            .addMetadata(validity)
            .build();
    return Block.newBuilder().setHeader(header).setData(data).setMetadata(metadata).build();
  }

  private ByteString signatures(BlockHeader header) {
    ByteString signer =
        SignatureHeader.newBuilder()
            .setCreator(StandInIdentities.serialised("OrdererMSP", orderer))
            .build()
            .toByteString();
    ByteString message = signer.concat(ByteString.copyFrom(der(header)));
    return Metadata.newBuilder()
        .addSignatures(
            MetadataSignature.newBuilder()
                .setSignatureHeader(signer)
                .setSignature(StandInIdentities.sign(orderer, message)))
        .build()
        .toByteString();
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
