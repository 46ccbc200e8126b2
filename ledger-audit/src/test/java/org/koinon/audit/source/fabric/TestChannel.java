package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeValidationInfo;
import org.hyperledger.fabric.protos.peer.lifecycle.StateData;
import org.hyperledger.fabric.protos.peer.lifecycle.StateMetadata;
import org.koinon.audit.source.BlockFile;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.SignedEntry;

/**
 * A channel of three hospitals, with real keys and real signatures, whose blocks are made as
 * Fabric's orderers and peers make them; and as they would not.
 */
final class TestChannel {
  static final String NAME = "audit";
  static final String CHAINCODE = "federation";
  private static final ByteString NO_HASH = ByteString.copyFrom(new byte[Digest.BYTES]);

  private final boolean isBft;
  private final Map<String, TestAuthority> authorities = new LinkedHashMap<>();
  private final List<TestIdentity> peers = new ArrayList<>();
  private final List<TestIdentity> admins = new ArrayList<>();
  private final List<TestIdentity> orderers = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final TestIdentity client;
  private Config config;

  private TestChannel(boolean isBft) {
    this.isBft = isBft;
    for (String name : List.of("alpha", "beta", "gamma")) {
      TestAuthority authority = new TestAuthority(name);
      authorities.put(name, authority);
      peers.add(authority.issue("peer"));
      admins.add(authority.issue("admin"));
      orderers.add(authority.issue("orderer"));
    }
    orderers.add(authority("alpha").issue("orderer"));
    this.client = authority("alpha").issue("client");
    ConfigGroup group = TestConfig.channel(authorities, orderers, isBft);
    this.config = Config.newBuilder().setChannelGroup(group).build();
    Envelope first = config(ConfigEnvelope.newBuilder().setConfig(config).build(), client);
    blocks.add(unsigned(0, NO_HASH, List.of(first)));
  }

  /** Ordered by four, of whom three must sign; the chaincode is agreed on in block 1. */
  static TestChannel bft() {
    TestChannel channel = new TestChannel(true);
    channel.define();
    return channel;
  }

  /** Ordered by whoever leads. */
  static TestChannel raft() {
    TestChannel channel = new TestChannel(false);
    channel.define();
    return channel;
  }

  TestAuthority authority(String name) {
    return java.util.Objects.requireNonNull(authorities.get(name));
  }

  TestIdentity client() {
    return client;
  }

  List<TestIdentity> peers(int from, int to) {
    return peers.subList(from, to);
  }

  List<TestIdentity> admins() {
    return List.copyOf(admins);
  }

  List<TestIdentity> orderers() {
    return List.copyOf(orderers);
  }

  List<Block> blocks() {
    return blocks;
  }

  Digest genesis() {
    return ChannelVerifier.hash(blocks.getFirst().toByteArray()).orElseThrow();
  }

  private void define() {
    ApplicationPolicy policy =
        ApplicationPolicy.newBuilder()
            .setChannelConfigPolicyReference("/Channel/Application/Endorsement")
            .build();
    ByteString info =
        ChaincodeValidationInfo.newBuilder()
            .setValidationPlugin("vscc")
            .setValidationParameter(policy.toByteString())
            .build()
            .toByteString();
    String fields = "namespaces/fields/" + CHAINCODE + "/ValidationInfo";
    cut(
        new TestTransaction(NAME, WorldState.LIFECYCLE)
            .writes(
                "namespaces/metadata/" + CHAINCODE,
                StateMetadata.newBuilder()
                    .setDatatype("ChaincodeDefinition")
                    .build()
                    .toByteString())
            .writes(fields, StateData.newBuilder().setBytes(info).build().toByteString())
            .endorsedBy(peers(0, 2))
            .sentBy(client));
  }

  /** A block for each entry, as two of three peers endorse it. */
  TestChannel append(List<SignedEntry> entries) {
    entries.forEach(entry -> cut(append(entry)));
    return this;
  }

  Envelope append(SignedEntry entry) {
    return appending(entry).endorsedBy(peers(0, 2)).sentBy(client);
  }

  TestTransaction appending(SignedEntry entry) {
    return TestTransaction.appending(NAME, CHAINCODE, entry);
  }

  /** The next block, with one valid transaction, signed by as many as must. */
  Block cut(Envelope transaction) {
    return cut(List.of(transaction), TxValidationCode.VALID);
  }

  /** The next block, with the verdicts that its peer gives. */
  Block cut(List<Envelope> transactions, TxValidationCode... verdicts) {
    Block last = blocks.getLast();
    ByteString previous = ByteString.copyFrom(hash(last).bytes());
    Block block = unsigned(last.getHeader().getNumber() + 1, previous, transactions);
    blocks.add(signed(judged(block, verdicts), isBft ? List.of(1, 2, 3) : List.of(1)));
    return blocks.getLast();
  }

  private static Digest hash(Block block) {
    return new ChannelBlock(block).hash();
  }

  static Block judged(Block block, TxValidationCode... verdicts) {
    byte[] codes = new byte[verdicts.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) verdicts[i].getNumber();
    }
    Block.Builder judged = block.toBuilder();
    judged.getMetadataBuilder().setMetadata(2, ByteString.copyFrom(codes));
    return judged.build();
  }

  private static Block unsigned(long number, ByteString previous, List<Envelope> transactions) {
    BlockData data =
        BlockData.newBuilder()
            .addAllData(transactions.stream().map(Envelope::toByteString).toList())
            .build();
    ByteString joined = data.getDataList().stream().reduce(ByteString.EMPTY, ByteString::concat);
    return Block.newBuilder()
        .setHeader(
            BlockHeader.newBuilder()
                .setNumber(number)
                .setPreviousHash(previous)
                .setDataHash(ByteString.copyFrom(Digest.sha256(joined.toByteArray()).bytes())))
        .setData(data)
        .setMetadata(
            BlockMetadata.newBuilder()
                .addMetadata(ByteString.EMPTY)
                .addMetadata(ByteString.EMPTY)
                .addMetadata(ByteString.copyFrom(new byte[transactions.size()])))
        .build();
  }

  /** The block with signatures of these orderers, counted from 1. */
  Block signed(Block block, List<Integer> by) {
    ByteString value =
        OrdererBlockMetadata.newBuilder()
            .setConsenterMetadata(ByteString.copyFromUtf8("what they agreed on"))
            .build()
            .toByteString();
    Metadata.Builder metadata = Metadata.newBuilder().setValue(value);
    ByteString header = new ChannelBlock(block).headerBytes();
    for (int number : by) {
      TestIdentity orderer = orderers.get(number - 1);
      MetadataSignature.Builder signature = MetadataSignature.newBuilder();
      ByteString signer;
      if (isBft) {
        signer =
            IdentifierHeader.newBuilder()
                .setIdentifier(number)
                .setNonce(ByteString.copyFromUtf8("n" + metadata.getSignaturesCount()))
                .build()
                .toByteString();
        signature.setIdentifierHeader(signer);
      } else {
        signer =
            SignatureHeader.newBuilder().setCreator(orderer.serialised()).build().toByteString();
        signature.setSignatureHeader(signer);
      }
      metadata.addSignatures(
          signature.setSignature(orderer.sign(value.concat(signer).concat(header))));
    }
    Block.Builder signed = block.toBuilder();
    signed.getMetadataBuilder().setMetadata(0, metadata.build().toByteString());
    return signed.build();
  }

  private static Envelope config(ConfigEnvelope envelope, TestIdentity sender) {
    ByteString payload =
        Payload.newBuilder()
            .setHeader(
                Header.newBuilder()
                    .setChannelHeader(
                        ChannelHeader.newBuilder()
                            .setType(HeaderType.CONFIG_VALUE)
                            .setChannelId(NAME)
                            .build()
                            .toByteString())
                    .setSignatureHeader(
                        SignatureHeader.newBuilder()
                            .setCreator(sender.serialised())
                            .setNonce(ByteString.copyFromUtf8("config"))
                            .build()
                            .toByteString()))
            .setData(envelope.toByteString())
            .build()
            .toByteString();
    return Envelope.newBuilder().setPayload(payload).setSignature(sender.sign(payload)).build();
  }

  /** A member's membership service with these revoked, agreed to by these administrators. */
  Block revoke(String member, List<TestIdentity> revoked, List<TestIdentity> agreeing) {
    ConfigGroup before = config.getChannelGroup();
    ConfigGroup application = before.getGroupsOrThrow("Application");
    ConfigGroup orderer = before.getGroupsOrThrow("Orderer");
    ByteString service = authority(member).membership(revoked).toByteString();
    ConfigGroup after =
        before.toBuilder()
            .putGroups("Application", with(application, member, service))
            .putGroups("Orderer", with(orderer, member, service))
            .build();
    ConfigUpdate update =
        ConfigUpdate.newBuilder().setChannelId(NAME).setReadSet(before).setWriteSet(after).build();
    return change(update, after, agreeing);
  }

  private static ConfigGroup with(ConfigGroup part, String member, ByteString service) {
    ConfigGroup organisation = part.getGroupsOrThrow(member);
    long version = organisation.getValuesOrThrow("MSP").getVersion() + 1;
    return part.toBuilder()
        .putGroups(
            member,
            organisation.toBuilder()
                .putValues("MSP", TestConfig.value(service).toBuilder().setVersion(version).build())
                .build())
        .build();
  }

  private Block change(ConfigUpdate update, ConfigGroup after, List<TestIdentity> agreeing) {
    ConfigUpdateEnvelope.Builder signed =
        ConfigUpdateEnvelope.newBuilder().setConfigUpdate(update.toByteString());
    for (TestIdentity admin : agreeing) {
      ByteString header =
          SignatureHeader.newBuilder()
              .setCreator(admin.serialised())
              .setNonce(ByteString.copyFromUtf8("agreed"))
              .build()
              .toByteString();
      signed.addSignatures(
          ConfigSignature.newBuilder()
              .setSignatureHeader(header)
              .setSignature(admin.sign(header.concat(update.toByteString()))));
    }
    ByteString payload =
        Payload.newBuilder()
            .setHeader(
                Header.newBuilder()
                    .setChannelHeader(
                        ChannelHeader.newBuilder()
                            .setType(HeaderType.CONFIG_UPDATE_VALUE)
                            .setChannelId(NAME)
                            .build()
                            .toByteString()))
            .setData(signed.build().toByteString())
            .build()
            .toByteString();
    config =
        Config.newBuilder().setSequence(config.getSequence() + 1).setChannelGroup(after).build();
    ConfigEnvelope envelope =
        ConfigEnvelope.newBuilder()
            .setConfig(config)
            .setLastUpdate(Envelope.newBuilder().setPayload(payload))
            .build();
    return cut(config(envelope, orderers.getFirst()));
  }

  /** The blocks in a file. */
  Path write(Path file) {
    var _ =
        BlockFile.write(file, taker -> blocks.forEach(block -> taker.accept(block.toByteArray())));
    return file;
  }
}
