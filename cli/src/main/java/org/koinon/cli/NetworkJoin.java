package org.koinon.cli;

import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricPrograms;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Makes running containers one Fabric network. */
@Command(
    name = "join",
    description = "Join the Fabric network's running containers to one channel.",
    footer = {
      "",
      "Needs the containers of network export, healthy, and their ports on this machine; does",
      "nothing twice.",
      "",
      "Example:",
      "  koinon network join --fabric heart/"
    })
final class NetworkJoin extends Action {
  @Mixin private FabricOption fabric = new FabricOption();

  @Override
  public Integer call() {
    FabricPrograms programs = fabric.programs();
    FabricNetwork network = fabric.open();
    network.joinContainers(programs, line -> err().println(line));
    say("Channel " + network.definition().channel() + " serves:");
    network
        .definition()
        .hospitals()
        .forEach(id -> say("  " + id + "  " + network.connection(id).gateway()));
    fabric.writeSections(network, this::say);
    return Faults.YES;
  }
}
