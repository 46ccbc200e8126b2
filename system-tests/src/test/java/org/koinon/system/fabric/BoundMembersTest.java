package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.peer.ledger.fabric.FabricLedger;

/** Members whose records name their organisations, on the stand-in and the chaincode as shipped. */
class BoundMembersTest {
  private static final Admission ADMITTED = new Admission.Admitted();

  @TempDir private Path files;
  private final TestConsortium consortium =
      TestConsortium.ofHospitals(3).of(List.of("alpha", "beta", "gamma"));

  @Test
  void an_entry_is_taken_from_its_authors_organisation_alone()
      throws IOException, InterruptedException {
    ChaincodeProcess chaincode =
        ChaincodeProcess.start(new TestAuthority(files), files.resolve("chaincode.log"));
    StandInNetwork network = new StandInNetwork(chaincode);
    try (FabricLedger alpha = open(network, "alpha");
        FabricLedger beta = open(network, "beta");
        FabricLedger gamma = open(network, "gamma")) {
      List<FabricLedger> ledgers = List.of(alpha, beta, gamma);
      List<Said> setUp = consortium.setUp();
      for (Said said : setUp) {
        int own =
            consortium.members().stream().map(each -> each.id()).toList().indexOf(said.author());
        assertThat(new TestScribe(consortium, ledgers.get(own)).say(said)).isEqualTo(ADMITTED);
      }
      Said another = TestScribe.approval(consortium.member(0), 7);
      assertThat(new TestScribe(consortium, beta).say(another))
          .asString()
          .contains("WRONG_SUBMITTER", "hospital-001 is of alpha, and beta submitted it");
      assertThat(new TestScribe(consortium, alpha).say(another)).isEqualTo(ADMITTED);
      assertThat(gamma.size()).isEqualTo(setUp.size() + 1);
    } finally {
      network.close();
      chaincode.close();
    }
  }

  private FabricLedger open(StandInNetwork network, String organisation) {
    return FabricLedger.open(network.config(organisation), files.resolve(organisation + ".db"));
  }
}
