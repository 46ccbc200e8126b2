package org.koinon.cli;

import org.koinon.federation.study.StudyId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A hospital takes part in a study. */
@Command(
    name = "enrol",
    description = "Take part in a study from its next round on.",
    footer = {"", "Example:", "  koinon study enrol --config basel/node.yaml heart-demo"})
final class StudyEnrol extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Parameters(paramLabel = "STUDY", description = "The study's name.")
  private StudyId id = new StudyId("study");

  @Override
  public Integer call() {
    try (MemberSession session = MemberSession.open(node.home())) {
      var study = session.newest(id);
      session.registrar().enrol(id);
      int enrolled = session.read(membership -> membership.enrolled(id)).size();
      say(session.me() + " takes part in " + id + ".");
      say(
          enrolled
              + " of at least "
              + study.privacy().minimum()
              + " hospitals enrolled, "
              + session.approvals(study)
              + ". Rounds run while the nodes do: koinon node run --config NODE.YAML");
      return Faults.YES;
    }
  }
}
