package org.koinon.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints a completion script. */
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    footer = {"", "Example:", "  . <(koinon completion)"})
final class CompletionCommand extends Action {
  @Override
  public Integer call() {
    out().print(AutoComplete.bash("koinon", spec().root().commandLine()));
    out().flush();
    return Faults.YES;
  }
}
