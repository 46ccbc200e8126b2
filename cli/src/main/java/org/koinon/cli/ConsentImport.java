package org.koinon.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.koinon.network.consent.ConsentFile;
import org.koinon.network.consent.ConsentState;
import org.koinon.network.consent.ConsentTree;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.dataset.HospitalDataset;
import org.koinon.peer.dataset.RecordId;
import org.koinon.peer.node.NodeHome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes a hospital's list of consents into its keyed tree. */
@Command(
    name = "import",
    description = {
      "Import the complete list of consents (CSV: record,consent).",
      "A record that is not listed is not used; one that was listed before and no longer is counts",
      "as withdrawn."
    },
    footer = {"", "Example:", "  koinon consent import --config athens/node.yaml consents.csv"})
final class ConsentImport extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Parameters(paramLabel = "FILE", description = "The list.")
  private Path file = Path.of("consents.csv");

  @Override
  public Integer call() {
    NodeHome home = node.home();
    Path treeFile = home.config().consent().tree();
    ConsentFile list = ConsentFile.read(file);
    ConsentTree before = ConsentTree.load(treeFile);
    ConsentTree after = before.updated(list, new SecureRandom());
    after.save(treeFile);
    Map<ConsentState, Integer> counts = new EnumMap<>(ConsentState.class);
    list.states().values().forEach(state -> counts.merge(state, 1, Integer::sum));
    say(
        "Listed: "
            + list.states().size()
            + " records; "
            + counts.getOrDefault(ConsentState.YES, 0)
            + " yes, "
            + counts.getOrDefault(ConsentState.NO, 0)
            + " no, "
            + counts.getOrDefault(ConsentState.WITHDRAWN, 0)
            + " withdrawn.");
    compare(after, home);
    say("Kept in " + treeFile + " (mode 600), which never leaves this machine.");
    say(
        after.root().equals(before.root())
            ? "Nothing changed since the last import."
            : "The next round of each study cites a new consent snapshot on the ledger.");
    return Faults.YES;
  }

  /** Counts only: a record's name is shown to nobody. */
  private void compare(ConsentTree tree, NodeHome home) {
    List<RecordId> rows;
    try {
      rows =
          home.dataset().map(source -> HospitalDataset.open(source).recordIds()).orElse(List.of());
    } catch (DataException e) {
      err()
          .println(
              "warning: the list is imported, but the table cannot be read: " + e.getMessage());
      return;
    }
    if (rows.isEmpty()) {
      say("The node has no table yet, so the list was not compared with it.");
      return;
    }
    Set<String> unseen = new HashSet<>(tree.allowed());
    long usable = rows.stream().filter(row -> unseen.remove(row.value())).count();
    say("Of the table's " + rows.size() + " rows, " + usable + " may be used.");
    if (!unseen.isEmpty()) {
      err()
          .println(
              "warning: "
                  + unseen.size()
                  + " records with consent are not in the table; check that the list names"
                  + " records as the schema's record_id column does");
    }
  }
}
