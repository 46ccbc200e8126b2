package org.koinon.cli;

import org.koinon.federation.study.StudyId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A hospital leaves a study. */
@Command(
    name = "leave",
    description = "Leave a study from its next round on. What was contributed stays in its models.",
    footer = {"", "Example:", "  koinon study leave --config basel/node.yaml heart-demo"})
final class StudyLeave extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Parameters(paramLabel = "STUDY", description = "The study's name.")
  private StudyId id = new StudyId("study");

  @Override
  public Integer call() {
    try (MemberSession session = MemberSession.open(node.home())) {
      var _ = session.newest(id);
      session.registrar().leave(id);
      say(session.me() + " takes no part in " + id + " from the next round on.");
      return Faults.YES;
    }
  }
}
