package org.koinon.system.fabric;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.network.node.FabricConfig;

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
  protected Map<Integer, X509Certificate> orderers() {
    return Map.of(1, network.orderer());
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
}
