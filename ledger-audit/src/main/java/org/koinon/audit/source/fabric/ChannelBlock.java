package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Metadata;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.Digest;

/**
 * One block, in Fabric's form and no other, its data checked against its header.
 *
 * <p>The data are hashed one behind the other; the header as SHA-256 over the DER sequence of
 * number, previous hash and data hash.
 *
 * @param block as somebody handed it over
 */
record ChannelBlock(Block block) {
  /** Most bytes of a block: Fabric's largest batch beside metadata. */
  static final int BYTES_MAX = 32 << 20;

  /** Most transactions of a block. */
  static final int TRANSACTIONS_MAX = 20_000;

  private static final int METADATA_MAX = 5;
  private static final int DEPTH_MAX = 32;

  /**
   * Reads a block.
   *
   * @throws BlockFault if it is none, or one of another content than its header names
   */
  static ChannelBlock of(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new BlockFault(Rule.BLOCK_MALFORMED, "it has over " + BYTES_MAX + " bytes");
    }
    Block block;
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setRecursionLimit(DEPTH_MAX);
      block = Block.parseFrom(in);
    } catch (IOException e) {
      throw new BlockFault(Rule.BLOCK_MALFORMED, "it cannot be read: " + e.getMessage());
    }
    ChannelBlock read = new ChannelBlock(block);
    read.checkForm(bytes);
    if (!read.dataHash().equals(block.getHeader().getDataHash())) {
      throw new BlockFault(
          Rule.BLOCK_CHANGED,
          "its transactions are not those that its header names: they were changed after the"
              + " orderers signed");
    }
    return read;
  }

  private void checkForm(byte[] bytes) {
    boolean isPlain =
        block.toByteString().equals(ByteString.copyFrom(bytes))
            && block.getUnknownFields().asMap().isEmpty()
            && block.getHeader().getUnknownFields().asMap().isEmpty()
            && block.getData().getUnknownFields().asMap().isEmpty()
            && block.getMetadata().getUnknownFields().asMap().isEmpty();
    if (!isPlain || !block.hasHeader() || block.getHeader().getNumber() < 0) {
      throw new BlockFault(Rule.BLOCK_MALFORMED, "it is not in the form that Fabric writes");
    }
    int transactions = block.getData().getDataCount();
    if (transactions == 0 || transactions > TRANSACTIONS_MAX) {
      throw new BlockFault(Rule.BLOCK_MALFORMED, "it has " + transactions + " transactions");
    }
    if (block.getMetadata().getMetadataCount() > METADATA_MAX) {
      throw new BlockFault(Rule.BLOCK_MALFORMED, "it has more than Fabric's kinds of metadata");
    }
    if (transactions > 1 || ConfigTransaction.of(block.getData().getData(0)).isEmpty()) {
      for (int i = 0; i < transactions; i++) {
        checkEnvelope(i, block.getData().getData(i));
      }
    }
  }

  /** As Fabric demands, so that no bytes hide behind a transaction. */
  private static void checkEnvelope(int index, ByteString bytes) {
    try {
      Envelope envelope = Envelope.parseFrom(bytes);
      if (!envelope.getPayload().isEmpty()
          && !envelope.getSignature().isEmpty()
          && envelope.toByteString().equals(bytes)) {
        return;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new BlockFault(
          Rule.BLOCK_MALFORMED, index, "the transaction cannot be read: " + e.getMessage());
    }
    throw new BlockFault(
        Rule.BLOCK_MALFORMED, index, "the transaction is not in the form that Fabric writes");
  }

  private ByteString dataHash() {
    MessageDigest sha = Digest.sha256();
    transactions().forEach(each -> sha.update(each.asReadOnlyByteBuffer()));
    return ByteString.copyFrom(sha.digest());
  }

  long number() {
    return block.getHeader().getNumber();
  }

  List<ByteString> transactions() {
    return block.getData().getDataList();
  }

  /** What is signed of the header. */
  ByteString headerBytes() {
    BlockHeader header = block.getHeader();
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(new ASN1Integer(header.getNumber()));
    parts.add(new DEROctetString(header.getPreviousHash().toByteArray()));
    parts.add(new DEROctetString(header.getDataHash().toByteArray()));
    try {
      return ByteString.copyFrom(new DERSequence(parts).getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written outside memory", e);
    }
  }

  /** What the next block's header must name; of the first block, what names the channel. */
  Digest hash() {
    return Digest.sha256(headerBytes().toByteArray());
  }

  /** Whether its header names that block as the one before it. */
  boolean follows(Digest previous) {
    return block.getHeader().getPreviousHash().equals(ByteString.copyFrom(previous.bytes()));
  }

  /** One kind of metadata; empty if it has none. */
  ByteString metadata(BlockMetadataIndex kind) {
    BlockMetadata metadata = block.getMetadata();
    int index = kind.getNumber();
    return index < metadata.getMetadataCount() ? metadata.getMetadata(index) : ByteString.EMPTY;
  }

  /** The same, read. */
  Metadata readMetadata(BlockMetadataIndex kind) {
    ByteString bytes = metadata(kind);
    try {
      Metadata read = Metadata.parseFrom(bytes);
      boolean isPlain =
          read.toByteString().equals(bytes)
              && read.getUnknownFields().asMap().isEmpty()
              && read.getSignaturesList().stream()
                  .allMatch(each -> each.getUnknownFields().asMap().isEmpty());
      if (isPlain) {
        return read;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new BlockFault(
          Rule.BLOCK_MALFORMED, "its metadata " + kind + " cannot be read: " + e.getMessage());
    }
    throw new BlockFault(
        Rule.BLOCK_MALFORMED, "its metadata " + kind + " is not in the form that Fabric writes");
  }
}
