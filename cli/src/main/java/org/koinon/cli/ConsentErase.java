package org.koinon.cli;

import java.nio.file.Path;
import org.koinon.network.consent.ConsentState;
import org.koinon.network.consent.ConsentTree;
import org.koinon.network.yaml.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Deletes names and keys from the tree, so that nobody can tell what its leaves stood for. */
@Command(
    name = "erase",
    description = {
      "Erase records from the consent tree.",
      "Name and key are deleted, the leaf stays: published roots still hold, and nobody can open",
      "it. A record in use is withdrawn first."
    },
    footer = {"", "Example:", "  koinon consent erase --config athens/node.yaml --record P-17"})
final class ConsentErase extends Action {
  @Mixin private NodeOption node = new NodeOption();
  @Mixin private ConsentRecords named = new ConsentRecords();

  @Override
  public Integer call() {
    Path file = node.home().config().consent().tree();
    ConsentTree tree = named.treeWithAll(file);
    if (named.anyIs(tree, ConsentState.YES)) {
      throw new ConfigException(
          file.toString(),
          0,
          "a record named is in use: run koinon consent withdraw first; nothing was changed");
    }
    for (String record : named.records()) {
      tree = tree.erased(record);
    }
    tree.save(file);
    say("Erased: " + named.records().size() + " records. The root is as it was.");
    say("Take them out of the list and of backups of " + file + " too.");
    return Faults.YES;
  }
}
