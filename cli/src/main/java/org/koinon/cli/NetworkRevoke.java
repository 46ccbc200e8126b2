package org.koinon.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.study.MemberId;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes an identity void on a running Fabric network. */
@Command(
    name = "revoke",
    description = "Revoke a member's identity: the channel refuses it from the next block on.",
    footer = {
      "",
      "Examples:",
      "  koinon network revoke --fabric heart/ --member cork --identity client",
      "  koinon network revoke --fabric heart/ --member cork --list cork.crl.pem"
    })
final class NetworkRevoke extends Action {
  @Mixin private FabricOption fabric = new FabricOption();

  @Option(names = "--member", required = true, paramLabel = "ID", description = "Whose it is.")
  private MemberId member = new MemberId("member");

  @ArgGroup(multiplicity = "1")
  private What what = new What();

  /** An identity that was issued here, or a list from the member's own authority. */
  static final class What {
    @Option(
        names = "--identity",
        required = true,
        paramLabel = "NAME",
        description = {
          "client or peer. What orderers sign with, and an administrator's, are rotated, which",
          "revokes the old one: network rotate."
        })
    private @Nullable String identity;

    @Option(
        names = "--list",
        required = true,
        paramLabel = "FILE",
        description = "Revocation list (PEM) of the member's own authority.")
    private @Nullable Path list;
  }

  @Override
  public Integer call() {
    var programs = fabric.programs();
    if (what.list != null) {
      fabric.open().revokeByList(programs, member, what.list);
      say("The channel holds the revocation list of " + member + ".");
    } else {
      String identity = java.util.Objects.requireNonNull(what.identity);
      fabric.open().revoke(programs, member, identity);
      say("The channel refuses the identity " + identity + " of " + member + ".");
    }
    return Faults.YES;
  }
}
