package org.koinon.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at everything that a node needs. */
@Command(
    name = "doctor",
    description = {
      "Check this machine and, with --config, a node.",
      "Looks at Java, PyTorch, port, keys, folders, data, consent, ledger and peers. Exit code 1"
          + " if",
      "something does not work; nothing is sent anywhere."
    },
    footer = {"", "Example:", "  koinon doctor --config athens/node.yaml"})
final class DoctorCommand extends Action {
  @Option(
      names = "--config",
      paramLabel = "NODE.YAML",
      description = "The configuration of a member's node.")
  private @Nullable Path config;

  @Option(names = "--json", description = "Print the checks as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<Check> checks = new ArrayList<>(MachineChecks.all());
    if (config != null) {
      checks.addAll(new NodeChecks(config).all());
    }
    boolean works = checks.stream().noneMatch(check -> check.status() == Check.Status.FAIL);
    if (json) {
      json(Map.of("works", works, "checks", checks));
    } else {
      checks.forEach(this::print);
      say(works ? "Everything needed works." : "Something does not work; see the fail lines.");
    }
    return works ? Faults.YES : Faults.NO;
  }

  private void print(Check check) {
    say(
        String.format(
            Locale.ROOT,
            "%-5s %-10s %s",
            check.status().name().toLowerCase(Locale.ROOT),
            check.subject(),
            check.finding()));
    if (!check.mend().isEmpty()) {
      say(" ".repeat(17) + "-> " + check.mend());
    }
  }
}
