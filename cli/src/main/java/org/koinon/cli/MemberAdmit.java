package org.koinon.cli;

import java.nio.file.Path;
import org.koinon.network.consortium.MemberFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes the entry that makes an approved organisation a member. */
@Command(
    name = "admit",
    description = "Admit a new member that enough members approved.",
    footer = {
      "",
      "Example:",
      "  koinon network member admit --config athens/node.yaml member.json"
    })
final class MemberAdmit extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Parameters(paramLabel = "FILE", description = "The record that the new member handed over.")
  private Path file = Path.of("member.json");

  @Override
  public Integer call() {
    MemberFile request = MemberFile.read(file);
    try (MemberSession session = MemberSession.open(node.home())) {
      session.registrar().say(MemberApprove.joining(session, request, file));
      say(request.member().id() + " is a member now, peer " + request.member().peerId() + ".");
      say("Each member adds its address to node.yaml (network.peers).");
      return Faults.YES;
    }
  }
}
