package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hyperledger.fabric.client.Commit;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerContract;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.ledger.fabric.BlockExport;
import org.koinon.peer.ledger.fabric.FabricLedger;
import org.koinon.peer.ledger.fabric.GatewayCalls;

/**
 * What every Fabric network answers, the stand-in and real ones: statuses and words of its
 * gateway's single calls, verdicts on transactions, and what is in its blocks.
 */
abstract class FabricNetworkContract extends LedgerContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] NO_ENTRY = "no entry".getBytes(StandardCharsets.US_ASCII);
  private static final String NOT_EVALUATED = "evaluate call to endorser returned error: ";
  private static final String NOT_ENDORSED =
      "failed to endorse transaction, see attached details for more info";

  @TempDir private Path folder;
  private int handles;

  /** How one of the members reaches the empty log of this test; the same log at each call. */
  protected abstract FabricConfig config();

  /** The certificates that orderers sign with, by their number from 1 on. */
  protected abstract Map<Integer, X509Certificate> orderers() throws IOException;

  /** A new file for a copy of the log. */
  protected final synchronized Path newCopy() {
    handles++;
    return folder.resolve("copy-" + handles + ".db");
  }

  /** A file or folder of this test by that name. */
  protected final Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  protected Ledger open() {
    return FabricLedger.open(config(), newCopy());
  }

  /** Signs with the configuration's key. */
  static Signer signer(FabricConfig config) {
    try {
      return Signers.newPrivateKeySigner(Identities.readPrivateKey(Files.readString(config.key())));
    } catch (IOException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same with that channel and certificate. */
  static FabricConfig with(FabricConfig config, String channel, Path certificate) {
    return new FabricConfig(
        config.peer(),
        config.peerCa(),
        config.peerName(),
        channel,
        config.chaincode(),
        config.msp(),
        certificate,
        config.key());
  }

  /** A member's approval of something. */
  protected final Said approval(int member, int subject) {
    return TestScribe.approval(consortium.member(member), subject);
  }

  /** Somebody whom no organisation of the channel has certified. */
  private TestAuthority.Credentials stranger() throws IOException {
    return new TestAuthority(Files.createDirectory(file("strangers"))).issue("client", "client");
  }

  /** The log begins; from then on the network is known to serve. */
  private TestScribe begin(Ledger ledger) {
    TestScribe scribe = new TestScribe(consortium, ledger);
    assertThat(scribe.say(consortium.founding())).isEqualTo(new Admission.Admitted());
    return scribe;
  }

  @Test
  void of_two_transactions_that_read_the_same_one_is_valid_and_one_conflicts() throws Exception {
    byte[] entry;
    try (Ledger ledger = open()) {
      entry = begin(ledger).sign(approval(0, 7)).encode();
    }
    try (GatewayCalls calls = new GatewayCalls(config(), PATIENCE)) {
      Transaction one = calls.endorse("append", entry);
      Transaction two = calls.endorse("append", entry);
      assertThat(one.getTransactionId()).isNotEqualTo(two.getTransactionId());
      assertThat(List.of(text(one.getResult()), text(two.getResult()))).containsOnly("ADMITTED");
      Commit first = calls.submit(one);
      Commit second = calls.submit(two);

      assertThat(List.of(first.getStatus().getCode(), second.getStatus().getCode()))
          .containsExactlyInAnyOrder(TxValidationCode.VALID, TxValidationCode.MVCC_READ_CONFLICT);
      assertThat(text(calls.endorse("append", entry).getResult())).isEqualTo("PRESENT");
    }
  }

  @Test
  void a_refusal_of_the_chaincode_comes_back_with_its_code_as_detail() throws Exception {
    try (Ledger ledger = open()) {
      begin(ledger);
    }
    try (GatewayCalls calls = new GatewayCalls(config(), PATIENCE)) {
      String said = "chaincode response 500, MALFORMED: ";
      GatewayException tried = notEvaluated(calls);
      assertThat(tried.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
      assertThat(tried.getStatus().getDescription()).startsWith(NOT_EVALUATED + said);
      assertThat(detail(tried)).startsWith(said);

      GatewayException refused = notEndorsed(calls);
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
      assertThat(refused.getStatus().getDescription()).isEqualTo(NOT_ENDORSED);
      assertThat(detail(refused)).startsWith(said);
    }
  }

  @Test
  void a_proposal_that_another_key_signed_is_denied() throws Exception {
    Signer stranger = Signers.newPrivateKeySigner(stranger().key());
    try (Ledger ledger = open()) {
      begin(ledger);
    }
    try (GatewayCalls calls = new GatewayCalls(config(), stranger, PATIENCE)) {
      isDenied(calls, "creator org [" + config().msp() + "]");
    }
  }

  @Test
  void a_certificate_of_another_authority_is_denied() throws Exception {
    TestAuthority.Credentials stranger = stranger();
    try (Ledger ledger = open()) {
      begin(ledger);
    }
    FabricConfig foreign = with(config(), config().channel(), stranger.certificateFile());
    Signer signer = Signers.newPrivateKeySigner(stranger.key());
    try (GatewayCalls calls = new GatewayCalls(foreign, signer, PATIENCE)) {
      isDenied(calls, "creator org unknown, creator is malformed");
    }
  }

  private void isDenied(GatewayCalls calls, String who) {
    String said =
        "error validating proposal: access denied: channel [" + config().channel() + "] " + who;
    GatewayException tried = notEvaluated(calls);
    assertThat(tried.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(tried.getStatus().getDescription()).isEqualTo(NOT_EVALUATED + said);
    assertThat(detail(tried)).isEqualTo(said);

    GatewayException denied = notEndorsed(calls);
    assertThat(denied.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
    assertThat(denied.getStatus().getDescription()).isEqualTo(NOT_ENDORSED);
    assertThat(detail(denied)).isEqualTo(said);
  }

  @Test
  void a_channel_that_the_peer_does_not_serve_has_statuses_of_its_own() {
    FabricConfig elsewhere = with(config(), "lungs", config().certificate());
    try (GatewayCalls calls = new GatewayCalls(elsewhere, PATIENCE)) {
      GatewayException tried = notEvaluated(calls);
      assertThat(tried.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(tried.getStatus().getDescription())
          .startsWith("failed to get config for channel [lungs]");
      assertThat(tried.getDetails()).isEmpty();

      GatewayException refused = notEndorsed(calls);
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(refused.getStatus().getDescription())
          .startsWith(
              "no combination of peers can be derived which satisfy the endorsement policy");
      assertThat(refused.getDetails()).isEmpty();
    }
  }

  private static GatewayException notEvaluated(GatewayCalls calls) {
    return thrown(
        catchThrowableOfType(GatewayException.class, () -> calls.evaluate("append", NO_ENTRY)));
  }

  private static GatewayException notEndorsed(GatewayCalls calls) {
    return thrown(
        catchThrowableOfType(EndorseException.class, () -> calls.endorse("append", NO_ENTRY)));
  }

  private static <T> T thrown(@org.jspecify.annotations.Nullable T exception) {
    return java.util.Objects.requireNonNull(exception, "the call was answered");
  }

  /** What the only peer that was asked said, which is of the member's own organisation. */
  private String detail(GatewayException exception) {
    assertThat(exception.getDetails()).hasSize(1);
    ErrorDetail detail = exception.getDetails().getFirst();
    assertThat(detail.getMspId()).isEqualTo(config().msp());
    assertThat(detail.getAddress()).isNotBlank();
    return detail.getMessage();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void a_stream_of_blocks_that_is_opened_again_begins_with_the_block_that_is_asked_for()
      throws Exception {
    try (Ledger ledger = open()) {
      begin(ledger);
    }
    List<Block> all = blocks();
    assertThat(all).hasSizeGreaterThanOrEqualTo(2);
    try (GatewayCalls calls = new GatewayCalls(config(), PATIENCE)) {
      for (int from = Math.max(0, all.size() - 3); from < all.size(); from++) {
        List<Block> rest = calls.blocks(from, all.size() - from);
        assertThat(rest.getFirst().getHeader().getNumber()).isEqualTo(from);
        assertThat(rest).isEqualTo(all.subList(from, all.size()));
      }
    }
  }

  private List<Block> blocks() throws InvalidProtocolBufferException {
    List<byte[]> bytes = new ArrayList<>();
    assertThat(BlockExport.read(config(), bytes::add)).isEqualTo(bytes.size());
    List<Block> blocks = new ArrayList<>();
    for (byte[] each : bytes) {
      blocks.add(Block.parseFrom(each));
    }
    return blocks;
  }

  @Test
  void every_block_names_the_hash_of_the_one_before_and_of_its_own_data() throws Exception {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
    }
    List<Block> blocks = blocks();
    assertThat(blocks).hasSizeGreaterThan(2);
    for (int i = 0; i < blocks.size(); i++) {
      BlockHeader header = blocks.get(i).getHeader();
      ByteString joined =
          blocks.get(i).getData().getDataList().stream()
              .reduce(ByteString.EMPTY, ByteString::concat);
      assertThat(header.getNumber()).isEqualTo(i);
      assertThat(header.getDataHash().toByteArray())
          .isEqualTo(Digest.sha256(joined.toByteArray()).bytes());
      if (i > 0) {
        assertThat(header.getPreviousHash().toByteArray())
            .isEqualTo(Digest.sha256(BlockCutter.der(blocks.get(i - 1).getHeader())).bytes());
      }
    }
  }

  @Test
  void every_block_but_the_first_is_signed_by_as_many_orderers_as_must() throws Exception {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
    }
    Map<Integer, X509Certificate> orderers = orderers();
    for (Block block : blocks()) {
      Metadata metadata = Metadata.parseFrom(block.getMetadata().getMetadata(0));
      long number = block.getHeader().getNumber();
      assertThat(OrdererBlockMetadata.parseFrom(metadata.getValue()).getLastConfig().getIndex())
          .as("the last configuration before block %d", number)
          .isLessThanOrEqualTo(number);
      if (number == 0) {
        assertThat(metadata.getSignaturesList()).isEmpty();
        continue;
      }
      Set<X509Certificate> signers = new HashSet<>();
      boolean isByzantine = false;
      for (MetadataSignature signature : metadata.getSignaturesList()) {
        X509Certificate signer = signer(signature, orderers);
        ByteString about = signature.getSignatureHeader().concat(signature.getIdentifierHeader());
        ByteString header = ByteString.copyFrom(BlockCutter.der(block.getHeader()));
        ByteString signed = metadata.getValue().concat(about).concat(header);
        assertThat(StandInIdentities.verifies(signer, signed, signature.getSignature())).isTrue();
        ByteString other = signed.concat(ByteString.copyFromUtf8("x"));
        assertThat(StandInIdentities.verifies(signer, other, signature.getSignature())).isFalse();
        isByzantine |= !signature.getIdentifierHeader().isEmpty();
        signers.add(signer);
      }
      int faulty = (orderers.size() - 1) / 3;
      assertThat(signers)
          .as("signers of block %d", number)
          .hasSizeGreaterThanOrEqualTo(isByzantine ? orderers.size() - faulty : 1);
    }
  }

  /** An orderer names itself by its number where orderers are Byzantine, else by certificate. */
  private static X509Certificate signer(
      MetadataSignature signature, Map<Integer, X509Certificate> orderers) throws Exception {
    if (!signature.getIdentifierHeader().isEmpty()) {
      int number = IdentifierHeader.parseFrom(signature.getIdentifierHeader()).getIdentifier();
      return java.util.Objects.requireNonNull(orderers.get(number), "no orderer " + number);
    }
    ByteString creator = SignatureHeader.parseFrom(signature.getSignatureHeader()).getCreator();
    X509Certificate signer =
        Identities.readX509Certificate(
            SerializedIdentity.parseFrom(creator).getIdBytes().toStringUtf8());
    assertThat(orderers).containsValue(signer);
    return signer;
  }
}
