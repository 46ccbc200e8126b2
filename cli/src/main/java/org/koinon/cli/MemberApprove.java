package org.koinon.cli;

import java.nio.file.Path;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.round.Quorum;
import org.koinon.network.consortium.MemberFile;
import org.koinon.network.yaml.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A member's yes to a new one. */
@Command(
    name = "approve",
    description = "Say yes to a new member.",
    footer = {
      "",
      "Example:",
      "  koinon network member approve --config athens/node.yaml member.json"
    })
final class MemberApprove extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Parameters(paramLabel = "FILE", description = "The record that the new member handed over.")
  private Path file = Path.of("member.json");

  @Override
  public Integer call() {
    MemberFile request = MemberFile.read(file);
    try (MemberSession session = MemberSession.open(node.home())) {
      Joined joined = joining(session, request, file);
      session.registrar().say(new Approval(joined.bodyDigest()));
      int needed = new Quorum(session.read(Membership::members).size()).votes();
      say(session.me() + " approves " + request.member().id() + "; " + needed + " must.");
      say("Then one runs: koinon network member admit --config NODE.YAML " + file);
      return Faults.YES;
    }
  }

  /** The entry that would admit it now. */
  static Joined joining(MemberSession session, MemberFile request, Path file) {
    var members = session.read(Membership::members);
    if (members.stream().anyMatch(member -> member.id().equals(request.member().id()))) {
      throw new ConfigException(file.toString(), 0, request.member().id() + " is a member already");
    }
    return request.joined(members.size() + 1);
  }
}
