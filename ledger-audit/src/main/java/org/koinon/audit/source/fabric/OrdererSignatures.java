package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.finding.Rule;

/**
 * Whether those who order the channel signed a block: what they agreed on, their own header and the
 * block's header, one behind the other.
 *
 * <p>With BFT a quorum of different consenters must have; each is named by its number in the
 * configuration or by its certificate. Otherwise the policy {@code BlockValidation} decides. A
 * signature that does not hold is a fault even where there are enough without it: orderers add none
 * of the kind, so the block was changed on its way.
 */
final class OrdererSignatures {
  private static final String BLOCK_VALIDATION = "/Channel/Orderer/BlockValidation";

  /** Kinds of metadata that Fabric has given up; by number, since their names are deprecated. */
  private static final int LAST_CONFIG = 1;

  private static final int ORDERER = 3;

  private final ChannelConfig config;
  private final ChannelBlock block;

  private OrdererSignatures(ChannelConfig config, ChannelBlock block) {
    this.config = config;
    this.block = block;
  }

  /**
   * Checks a block by the configuration that was in force when it was ordered.
   *
   * @throws BlockFault if it was not signed by those who must
   */
  static void check(ChannelConfig config, ChannelBlock block) {
    new OrdererSignatures(config, block).check();
  }

  private void check() {
    Metadata metadata = block.readMetadata(BlockMetadataIndex.SIGNATURES);
    if (metadata.getSignaturesCount() > Memberships.SIGNATURES_MAX) {
      throw new BlockFault(
          Rule.BLOCK_MALFORMED, "it has over " + Memberships.SIGNATURES_MAX + " signatures");
    }
    switch (config.ordering()) {
      case ChannelConfig.Ordering.Bft bft -> checkQuorum(bft, metadata);
      case ChannelConfig.Ordering.Led led -> checkPolicy(metadata);
    }
    checkUnsigned(metadata);
  }

  private void checkQuorum(ChannelConfig.Ordering.Bft bft, Metadata metadata) {
    Set<Integer> signed = new TreeSet<>();
    Set<Integer> twice = new TreeSet<>();
    for (MetadataSignature signature : metadata.getSignaturesList()) {
      int number = number(bft, signature);
      Identity consenter = consenter(number, bft.consenters().get(number));
      verify(metadata, signature, consenter);
      if (!signed.add(number)) {
        twice.add(number);
      }
    }
    if (signed.size() < bft.quorum()) {
      String again = twice.isEmpty() ? "" : " (orderer " + numbers(twice) + " more than once)";
      throw new BlockFault(
          Rule.BLOCK_QUORUM,
          "it is signed by "
              + (signed.isEmpty() ? "no orderer" : "orderer " + numbers(signed))
              + again
              + ", and takes "
              + bft.quorum()
              + " of "
              + bft.consenters().size()
              + ". A single peer may have made it up: read the block from another member's peer");
    }
    if (!twice.isEmpty()) {
      throw signature("orderer " + numbers(twice) + " stands among its signers more than once");
    }
  }

  private static String numbers(Set<Integer> numbers) {
    return String.join(", ", numbers.stream().map(String::valueOf).toList());
  }

  private static BlockFault signature(String what) {
    return new BlockFault(
        Rule.BLOCK_SIGNATURE,
        what + ". The block was changed on its way: read it from another member's peer");
  }

  private int number(ChannelConfig.Ordering.Bft bft, MetadataSignature signature) {
    try {
      if (signature.getSignatureHeader().isEmpty()) {
        int number = IdentifierHeader.parseFrom(signature.getIdentifierHeader()).getIdentifier();
        if (!bft.consenters().containsKey(number)) {
          throw signature("orderer " + number + ", who signed it, orders nothing on this channel");
        }
        return number;
      }
      ByteString creator = SignatureHeader.parseFrom(signature.getSignatureHeader()).getCreator();
      Optional<Identity> signer = config.memberships().identity(creator);
      return bft.consenters().entrySet().stream()
          .filter(each -> signer.isPresent() && identity(each.getValue()).equals(signer))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElseThrow(() -> signature("somebody signed it who orders nothing on this channel"));
    } catch (InvalidProtocolBufferException e) {
      throw signature("who signed it cannot be read");
    }
  }

  private Optional<Identity> identity(Consenter consenter) {
    ByteString serialised =
        SerializedIdentity.newBuilder()
            .setMspid(consenter.getMspId())
            .setIdBytes(consenter.getIdentity())
            .build()
            .toByteString();
    return config.memberships().identity(serialised);
  }

  private Identity consenter(int number, @Nullable Consenter consenter) {
    Identity identity =
        Optional.ofNullable(consenter)
            .flatMap(this::identity)
            .orElseThrow(() -> signature("orderer " + number + " has no certificate"));
    config
        .memberships()
        .whyInvalid(identity)
        .ifPresent(
            why -> {
              throw signature("the certificate of orderer " + number + " is not valid: " + why);
            });
    return identity;
  }

  private void verify(Metadata metadata, MetadataSignature signature, Identity by) {
    if (!data(metadata, signature, ByteString.EMPTY).isBy(by)) {
      throw signature("the signature of orderer " + by.name() + " does not hold");
    }
  }

  private SignedData data(Metadata metadata, MetadataSignature signature, ByteString identity) {
    ByteString header =
        signature.getSignatureHeader().isEmpty()
            ? signature.getIdentifierHeader()
            : signature.getSignatureHeader();
    ByteString message = metadata.getValue().concat(header).concat(block.headerBytes());
    return new SignedData(identity, message, signature.getSignature());
  }

  private void checkPolicy(Metadata metadata) {
    List<SignedData> signatures = new ArrayList<>();
    for (MetadataSignature each : metadata.getSignaturesList()) {
      try {
        ByteString creator = SignatureHeader.parseFrom(each.getSignatureHeader()).getCreator();
        SignedData data = data(metadata, each, creator);
        Identity by =
            config
                .memberships()
                .identity(creator)
                .orElseThrow(() -> signature("somebody signed it who is not of this channel"));
        if (!data.isBy(by)) {
          throw signature("the signature of orderer " + by.name() + " does not hold");
        }
        signatures.add(data);
      } catch (InvalidProtocolBufferException e) {
        throw signature("who signed it cannot be read");
      }
    }
    List<Identity> signers = config.memberships().signers(signatures);
    if (!config.policies().policy(BLOCK_VALIDATION).isSatisfied(signers, config.memberships())) {
      throw new BlockFault(
          Rule.BLOCK_QUORUM,
          "its signers "
              + signers.stream().map(Identity::name).toList()
              + " do not satisfy "
              + BLOCK_VALIDATION
              + ". A single peer may have made it up: read the block from another member's peer");
    }
  }

  /** Older places of the same facts, which nobody signs: they say the same or nothing. */
  private void checkUnsigned(Metadata signed) {
    try {
      OrdererBlockMetadata agreed = OrdererBlockMetadata.parseFrom(signed.getValue());
      ByteString last = block.metadata(BlockMetadataIndex.forNumber(LAST_CONFIG));
      LastConfig config = agreed.getLastConfig();
      boolean isSame =
          last.isEmpty()
              || last.equals(
                  Metadata.newBuilder().setValue(config.toByteString()).build().toByteString());
      ByteString orderer = block.metadata(BlockMetadataIndex.forNumber(ORDERER));
      if (!isSame || !(orderer.isEmpty() || orderer.equals(agreed.getConsenterMetadata()))) {
        throw signature("its unsigned metadata say other than what the orderers signed");
      }
    } catch (InvalidProtocolBufferException e) {
      throw signature("what its orderers agreed on cannot be read");
    }
  }
}
