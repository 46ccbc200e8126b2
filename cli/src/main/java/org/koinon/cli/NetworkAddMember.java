package org.koinon.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.fabric.FabricNetwork;
import org.koinon.network.fabric.FabricNetworkDefinition.Organisation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes an organisation a member of a running Fabric network. */
@Command(
    name = "add-member",
    description = "Let an organisation into the running Fabric network.",
    footer = {
      "",
      "That it is a member of the consortium is decided on the ledger: koinon network member.",
      "",
      "Examples:",
      "  koinon network add-member --fabric heart/ --id ghent",
      "  koinon network add-member --fabric heart/ --id bfarm --role regulator"
    })
final class NetworkAddMember extends Action {
  @Mixin private FabricOption fabric = new FabricOption();
  @Mixin private ChaincodeOption chaincode = new ChaincodeOption();

  @Option(names = "--id", required = true, paramLabel = "ID", description = "Its name.")
  private MemberId id = new MemberId("new");

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "hospital",
      description = "hospital (the default, runs a peer), auditor, regulator or witness.")
  private Role role = Role.HOSPITAL;

  @Option(
      names = "--certificates",
      paramLabel = "DIR",
      description = "Certificates that its own authority issued; issued for it if left out.")
  private @Nullable Path certificates;

  @Override
  public Integer call() {
    var programs = fabric.programs();
    var added = new Organisation(id, role, certificates);
    FabricNetwork grown =
        fabric
            .open()
            .addMember(programs, chaincode.jar(), added, Path.of(""), line -> err().println(line));
    say(id + " is a member of the channel.");
    LedgerSections.write(grown, fabric.folder(), List.of(id), this::say);
    return Faults.YES;
  }
}
