package org.koinon.cli;

import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricPrograms;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Brings a consortium's Fabric network up, from whatever state it is in. */
@Command(
    name = "up",
    description = "Start the consortium's Fabric network on this machine; what runs is left alone.",
    footer = {
      "",
      "The first time, keys and configuration are made from DIR/fabric.yaml, or, if there is none,",
      "from DIR/consortium.yaml. The programs go on after this command; end them with down.",
      "Members' node files in DIR that are as they were founded name the channel then.",
      "",
      "Example:",
      "  koinon network up --fabric heart/"
    })
final class NetworkUp extends Action {
  @Mixin private FabricOption fabric = new FabricOption();
  @Mixin private ChaincodeOption chaincode = new ChaincodeOption();

  @Override
  public Integer call() {
    FabricPrograms programs = fabric.programs();
    var jar = chaincode.jar();
    FabricNetwork network = fabric.openOrCreate();
    network.up(programs, jar, line -> err().println(line));
    say(
        "Channel "
            + network.definition().channel()
            + " serves "
            + network.definition().hospitals().size()
            + " hospitals; each asks its own peer:");
    network
        .definition()
        .hospitals()
        .forEach(id -> say("  " + id + "  " + network.connection(id).gateway()));
    fabric.writeSections(network, this::say);
    return Faults.YES;
  }
}
