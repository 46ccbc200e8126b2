package org.koinon.cli;

import java.nio.file.Path;
import org.koinon.federation.study.StudyId;
import org.koinon.network.consent.ConsentTree;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes records out of use, and the snapshot that held them out of citation. */
@Command(
    name = "withdraw",
    description = {
      "Withdraw records.",
      "From the next round on they are not used, in any study; the named study's newest consent",
      "snapshot becomes void on the ledger. Models made before keep what they learnt."
    },
    footer = {
      "",
      "Example:",
      "  koinon consent withdraw --config athens/node.yaml heart-demo --record P-17"
    })
final class ConsentWithdraw extends Action {
  @Mixin private NodeOption node = new NodeOption();
  @Mixin private ConsentRecords named = new ConsentRecords();

  @Parameters(paramLabel = "STUDY", description = "The study whose snapshot becomes void.")
  private StudyId study = new StudyId("study");

  @Override
  public Integer call() {
    Path file = node.home().config().consent().tree();
    ConsentTree tree = named.treeWithAll(file);
    try (MemberSession session = MemberSession.open(node.home())) {
      var _ = session.newest(study);
      tree.withdrawn(named.records()).save(file);
      session.registrar().withdraw(study);
      int snapshots = session.read(membership -> membership.consents(study, session.me())).size();
      say("Withdrawn: " + named.records().size() + " records. The next round uses none of them.");
      say(
          snapshots == 0
              ? "No consent snapshot of " + study + " stood on the ledger, so nothing became void."
              : "Consent snapshot "
                  + snapshots
                  + " of "
                  + study
                  + " is void on the ledger; the next round cites a new one.");
      return Faults.YES;
    }
  }
}
