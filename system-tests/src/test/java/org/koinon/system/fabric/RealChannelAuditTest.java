package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Metadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.audit.Audit;
import org.koinon.audit.AuditRequest;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.audit.source.BlockFile;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.audit.source.fabric.ChannelSummary;
import org.koinon.audit.verify.AuditReport;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.Consensus;
import org.koinon.network.fabric.FabricConnection;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition;
import org.koinon.network.fabric.FabricPrograms;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.ledger.fabric.BlockExport;
import org.koinon.peer.ledger.fabric.FabricLedger;

/**
 * A study on a network of Fabric's own programs, its blocks exported from a peer and verified
 * offline: one verdict with the copy of the log, and every change of the file found.
 */
@Tag("fabric")
class RealChannelAuditTest {
  private static final int BASE_PORT = 26_050;
  private static final int HEADER = 16;
  private static final int FLIPS = 25;
  private static final int TRIES_MAX = 30;
  private static final String CHAINCODE = "federation";
  private static final List<MemberId> MEMBERS =
      Stream.of("alpha", "beta", "gamma").map(MemberId::new).toList();

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void a_study_is_verified_from_its_blocks_and_every_change_of_them_is_found(Consensus consensus)
      throws IOException {
    FabricPrograms programs = FabricPrograms.find(System.getenv());
    FabricNetwork network = create(consensus);
    Path copy = folder.resolve("copy.db");
    Path blocks = folder.resolve("audit.blocks");
    try {
      network.up(programs, chaincode(), line -> {});
      study(network, copy);
      badlyEndorsed(network, programs);
      long height = network.height(programs, MEMBERS.getFirst());
      network.revoke(programs, MEMBERS.getLast(), "client");
      network.rotate(programs, MEMBERS.get(1), "orderer");
      reaches(network, programs, height + changes(consensus));
      long written =
          BlockFile.write(
              blocks, taker -> BlockExport.read(config(network, MEMBERS.getFirst()), taker));
      assertThat(written).isPositive();
    } finally {
      network.down();
    }
    Path genesis = folder.resolve("network").resolve("genesis.block");
    ChannelRoot root = ChannelRoot.of(genesis.toString(), CHAINCODE);
    holds(blocks, copy, root, consensus);
    everyChangeIsFound(blocks, root, consensus);
  }

  /** A revocation; a new certificate of an orderer, if orderers are named by it; its old one's. */
  private static int changes(Consensus consensus) {
    return consensus == Consensus.BFT ? 3 : 2;
  }

  private FabricNetwork create(Consensus consensus) {
    String yaml =
        """
        channel: audit
        base-port: %d
        batch-timeout: 50ms
        consensus: %s
        organisations: [{id: alpha}, {id: beta}, {id: gamma}]
        """
            .formatted(
                BASE_PORT + (consensus == Consensus.BFT ? 0 : 400),
                consensus.name().toLowerCase(java.util.Locale.ROOT));
    return FabricNetwork.create(
        folder.resolve("network"),
        FabricNetworkDefinition.parse(yaml, "network"),
        folder,
        new SecureRandom(),
        InstantSource.system());
  }

  private static void reaches(FabricNetwork network, FabricPrograms programs, long height) {
    for (int i = 0; i < TRIES_MAX && network.height(programs, MEMBERS.getFirst()) < height; i++) {
      assertThat(network.status()).isNotEmpty(); // takes a moment
    }
    assertThat(network.height(programs, MEMBERS.getFirst())).isGreaterThanOrEqualTo(height);
  }

  private static Path chaincode() {
    return Path.of(Objects.requireNonNull(System.getProperty("koinon.chaincode.jar")));
  }

  private static FabricConfig config(FabricNetwork network, MemberId member) {
    FabricConnection connection = network.connection(member);
    return new FabricConfig(
        connection.gateway(),
        connection.tlsRoots(),
        null,
        connection.channel().value(),
        CHAINCODE,
        member.value(),
        connection.certificate(),
        connection.key());
  }

  /** Three hospitals and one final round, entry by entry. */
  private static void study(FabricNetwork network, Path copy) {
    TestConsortium consortium = TestConsortium.ofHospitals(3);
    VerifiedLog log = consortium.log(consortium.setUp());
    TestRound.play(consortium, log, consortium.study().id());
    try (FabricLedger ledger = FabricLedger.open(config(network, MEMBERS.getFirst()), copy)) {
      for (SignedEntry entry : log.entries()) {
        assertThat(ledger.append(entry)).isEqualTo(new Admission.Admitted());
      }
    }
  }

  /** A transaction that too few endorsed: it stands in a block, and counts for nothing. */
  private void badlyEndorsed(FabricNetwork network, FabricPrograms programs) {
    ChannelClient client =
        new ChannelClient(network, folder.resolve("network"), programs.peer(), MEMBERS.getFirst());
    String genesis =
        new String(
            TestConsortium.ofHospitals(3).log(TestConsortium.ofHospitals(3).setUp()).at(0).encode(),
            java.nio.charset.StandardCharsets.UTF_8);
    int orderer = network.definition().basePort();
    assertThat(client.invoke(orderer, MEMBERS.subList(0, 1), "append", genesis).text())
        .contains("ENDORSEMENT_POLICY_FAILURE");
  }

  private static AuditReport verify(Path file, ChannelRoot root) {
    return Audit.verify(AuditRequest.of(file).with(root));
  }

  private static void holds(Path blocks, Path copy, ChannelRoot root, Consensus consensus) {
    AuditReport report = verify(blocks, root);
    AuditReport ofCopy = Audit.verify(AuditRequest.of(copy));
    assertThat(report.findings()).isEmpty();
    assertThat(report.verdict()).isEqualTo(ofCopy.verdict());
    assertThat(report.root()).isEqualTo(ofCopy.root());
    assertThat(report.judged()).isEqualTo(ofCopy.judged()).isGreaterThan(20);
    assertThat(report.rounds()).isEqualTo(ofCopy.rounds());
    ChannelSummary summary = report.channel().orElseThrow();
    assertThat(summary.invalid()).isPositive();
    assertThat(summary.configurations())
        .as("the first one and what was changed")
        .isEqualTo(1 + changes(consensus));
    assertThat(summary.saysVerdicts()).isTrue();
    assertThat(summary.ordering())
        .contains(consensus == Consensus.BFT ? "at least 3 of 4" : "etcdraft");
  }

  private void everyChangeIsFound(Path file, ChannelRoot root, Consensus consensus)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int i = 0; i < FLIPS; i++) {
      byte[] changed = bytes.clone();
      int at = HEADER + random.nextInt(bytes.length - HEADER);
      changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      assertThat(rule(changed, root)).as("byte " + at).isNotNull();
    }
    assertThat(rule(Arrays.copyOf(bytes, bytes.length - 1), root))
        .isEqualTo(Rule.BLOCKS_UNREADABLE);
    List<Block> blocks = read(bytes);
    int middle = blocks.size() / 2;
    List<Block> fewer = new ArrayList<>(blocks);
    fewer.remove(middle);
    assertThat(rule(write(fewer), root)).isEqualTo(Rule.BLOCK_MISSING);
    assertThat(rule(write(with(blocks, middle, unsigned(blocks.get(middle), consensus))), root))
        .isEqualTo(Rule.BLOCK_QUORUM);
    int bad = bad(blocks);
    assertThat(rule(write(with(blocks, bad, saidToBeValid(blocks.get(bad)))), root))
        .isEqualTo(Rule.TRANSACTION_NOT_VALID);
  }

  private Rule rule(byte[] bytes, ChannelRoot root) throws IOException {
    Path changed = Files.write(folder.resolve("changed.blocks"), bytes);
    List<Finding> findings = verify(changed, root).findings();
    assertThat(findings).isNotEmpty();
    return findings.getFirst().rule();
  }

  private static List<Block> read(byte[] bytes) throws InvalidProtocolBufferException {
    List<Block> blocks = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER);
    while (in.hasRemaining()) {
      byte[] block = new byte[in.getInt()];
      in.get(block);
      blocks.add(Block.parseFrom(block));
    }
    return blocks;
  }

  private byte[] write(List<Block> blocks) throws IOException {
    Path file = folder.resolve("made.blocks");
    Files.deleteIfExists(file);
    var _ =
        BlockFile.write(file, taker -> blocks.forEach(each -> taker.accept(each.toByteArray())));
    return Files.readAllBytes(file);
  }

  private static List<Block> with(List<Block> blocks, int index, Block block) {
    List<Block> changed = new ArrayList<>(blocks);
    changed.set(index, block);
    return changed;
  }

  /** With one signature less than it takes. */
  private static Block unsigned(Block block, Consensus consensus)
      throws InvalidProtocolBufferException {
    Metadata signed = Metadata.parseFrom(block.getMetadata().getMetadata(0));
    int kept = consensus == Consensus.BFT ? 2 : 0;
    Metadata fewer =
        signed.toBuilder()
            .clearSignatures()
            .addAllSignatures(signed.getSignaturesList().subList(0, kept))
            .build();
    Block.Builder changed = block.toBuilder();
    changed.getMetadataBuilder().setMetadata(0, fewer.toByteString());
    return changed.build();
  }

  /** The block with a transaction that is not valid. */
  private static int bad(List<Block> blocks) {
    for (int i = 1; i < blocks.size(); i++) {
      for (byte verdict : blocks.get(i).getMetadata().getMetadata(2).toByteArray()) {
        if (verdict != 0) {
          return i;
        }
      }
    }
    throw new AssertionError("every transaction is valid");
  }

  private static Block saidToBeValid(Block block) {
    Block.Builder changed = block.toBuilder();
    int transactions = block.getData().getDataCount();
    changed.getMetadataBuilder().setMetadata(2, ByteString.copyFrom(new byte[transactions]));
    return changed.build();
  }
}
