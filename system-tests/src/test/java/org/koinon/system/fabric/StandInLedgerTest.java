package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Ledger;
import org.koinon.network.node.FabricConfig;
import org.koinon.peer.ledger.fabric.BlockExport;

/** The contract on the stand-in and the chaincode as it is shipped. */
class StandInLedgerTest extends FabricLedgerContract {
  @TempDir private static Path files;
  private static ChaincodeProcess chaincode;
  private final List<StandInNetwork> others = new ArrayList<>();
  private StandInNetwork network;

  @BeforeAll
  static void startChaincode() throws IOException {
    chaincode = ChaincodeProcess.start(new TestAuthority(files), files.resolve("chaincode.log"));
  }

  @AfterAll
  static void stopChaincode() throws InterruptedException {
    chaincode.close();
  }

  @BeforeEach
  void startNetwork() throws IOException {
    network = new StandInNetwork(chaincode);
  }

  @AfterEach
  void stopNetwork() throws InterruptedException {
    network.close();
    for (StandInNetwork each : others) {
      each.close();
    }
  }

  @Override
  protected FabricConfig config() {
    return network.config();
  }

  @Override
  protected FabricConfig anotherLog() throws IOException {
    StandInNetwork another = new StandInNetwork(chaincode);
    others.add(another);
    return another.config();
  }

  @Override
  protected void hold() {
    network.channel().hold();
  }

  @Override
  protected void releaseAt(int transactions) throws InterruptedException {
    network.channel().awaitWaiting(transactions);
    network.channel().release();
  }

  @Test
  void every_block_is_signed_by_the_orderer() throws Exception {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
    }
    List<byte[]> blocks = new ArrayList<>();
    var _ = BlockExport.read(config(), blocks::add);

    for (byte[] each : blocks) {
      Block block = Block.parseFrom(each);
      MetadataSignature signature =
          Metadata.parseFrom(block.getMetadata().getMetadata(0)).getSignatures(0);
      ByteString signed =
          signature
              .getSignatureHeader()
              .concat(ByteString.copyFrom(BlockCutter.der(block.getHeader())));
      ByteString signer = SignatureHeader.parseFrom(signature.getSignatureHeader()).getCreator();
      SerializedIdentity identity = SerializedIdentity.parseFrom(signer);
      assertThat(identity.getMspid()).isEqualTo("OrdererMSP");
      assertThat(identity.getIdBytes().toStringUtf8())
          .isEqualTo(Identities.toPemString(network.orderer()));
      assertThat(StandInIdentities.verifies(signer, signed, signature.getSignature())).isTrue();
      ByteString other = signed.concat(ByteString.copyFromUtf8("x"));
      assertThat(StandInIdentities.verifies(signer, other, signature.getSignature())).isFalse();
    }
  }
}
