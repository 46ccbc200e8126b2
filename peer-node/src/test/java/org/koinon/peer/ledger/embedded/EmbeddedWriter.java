package org.koinon.peer.ledger.embedded;

import java.nio.file.Path;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestScribe;

/** A process of its own that appends a hospital's approvals: file, hospital, from, to. */
final class EmbeddedWriter {
  private EmbeddedWriter() {}

  static void main(String[] args) {
    TestConsortium consortium = TestConsortium.ofHospitals(4);
    try (EmbeddedLedger ledger = EmbeddedLedger.open(Path.of(args[0]), consortium.id())) {
      new TestScribe(consortium, ledger)
          .writeApprovals(
              consortium.member(Integer.parseInt(args[1])),
              Integer.parseInt(args[2]),
              Integer.parseInt(args[3]),
              System.out);
    }
  }
}
