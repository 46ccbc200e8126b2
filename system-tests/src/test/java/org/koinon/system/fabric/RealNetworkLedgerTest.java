package org.koinon.system.fabric;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.koinon.network.fabric.Consensus;

/** The contract with four BFT orderers, one of which may lie. */
@Tag("fabric")
class RealNetworkLedgerTest extends RealNetworkLedgerContract {
  @BeforeAll
  static void up() throws IOException {
    found(Consensus.BFT);
  }
}
