package org.koinon.cli;

import org.koinon.network.study.StudyDefinition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a study file to begin from. */
@Command(
    name = "example",
    description = "Print a study file to begin from.",
    footer = {"", "Example:", "  koinon study example heart-demo > study.yaml"})
final class StudyExample extends Action {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "Which; without it, the names are listed.")
  private String name = "";

  @Override
  public Integer call() {
    if (name.isEmpty()) {
      StudyDefinition.EXAMPLES.forEach(this::say);
    } else {
      out().print(StudyDefinition.exampleText(name));
      out().flush();
    }
    return Faults.YES;
  }
}
