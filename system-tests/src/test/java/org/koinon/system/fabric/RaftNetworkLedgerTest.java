package org.koinon.system.fabric;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.koinon.network.fabric.Consensus;

/** The contract with three raft orderers, all of which are believed. */
@Tag("fabric")
class RaftNetworkLedgerTest extends RealNetworkLedgerContract {
  @BeforeAll
  static void up() throws IOException {
    found(Consensus.RAFT);
  }
}
