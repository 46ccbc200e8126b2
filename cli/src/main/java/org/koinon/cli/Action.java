package org.koinon.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A command that does something; its {@code call} gives the exit code. */
abstract class Action implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  final CommandSpec spec() {
    return spec;
  }

  /** Where the result goes. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Where remarks go that are not the result. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final void say(String line) {
    out().println(line);
  }

  /** Prints records, lists and maps as JSON. */
  final void json(Object value) {
    say(
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsString(value));
  }
}
