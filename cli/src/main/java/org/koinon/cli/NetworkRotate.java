package org.koinon.cli;

import org.koinon.federation.study.MemberId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replaces keys of a member of a running Fabric network, which refuses the old ones then. */
@Command(
    name = "rotate",
    description = {
      "Give a member new keys and certificates; the channel refuses the old ones.",
      "",
      "Nodes are started anew one at a time, and the ledger goes on."
    },
    footer = {
      "",
      "Example:",
      "  koinon network rotate --fabric heart/ --member cork --identity client",
      "  koinon network rotate --fabric heart/ --member cork --identity orderer"
    })
final class NetworkRotate extends Action {
  @Mixin private FabricOption fabric = new FabricOption();

  @Option(names = "--member", required = true, paramLabel = "ID", description = "Whose it is.")
  private MemberId member = new MemberId("member");

  @Option(
      names = "--identity",
      required = true,
      paramLabel = "NAME",
      description = {
        "admin, client or peer;",
        "orderer: what its orderers sign blocks with;",
        "tls: what its orderers and its peer show to who dials them."
      })
  private String identity = "client";

  @Override
  public Integer call() {
    fabric.open().rotate(fabric.programs(), member, identity);
    say(
        identity.equals("tls")
            ? member + "'s nodes have new TLS keys and serve."
            : member + " has a new " + identity + "; the channel refuses the old one.");
    return Faults.YES;
  }
}
