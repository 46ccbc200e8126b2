package org.koinon.cli.simulate;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.koinon.cli.WorkFolder;
import org.koinon.cli.demo.DataSites;
import org.koinon.cli.report.ReportTable;
import org.koinon.cli.report.StudyReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code koinon simulate}: a whole study in one process. */
@Command(
    name = "simulate",
    description = {
      "Run a study in one process: the same node code, an in-process network, virtual time.",
      "",
      "The same seed on the same type of machine gives the same ledger and the same models."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  koinon simulate --study study.yaml --data tables/ --seed 7"})
public final class SimulateCommand implements Callable<Integer> {
  @Option(
      names = "--study",
      required = true,
      paramLabel = "FILE",
      description = "The study file; its schema lies beside it or ships with Koinon.")
  private @Nullable Path study;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "A folder with one table per hospital: NAME.csv or processed.NAME.data.")
  private @Nullable Path data;

  @Option(names = "--seed", paramLabel = "N", description = "Names the whole run; 42.")
  private long seed = 42;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where everything is kept; a new or empty folder.")
  private @Nullable Path work;

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  @Override
  public Integer call() {
    DataSites sites =
        DataSites.of(Objects.requireNonNull(data), Objects.requireNonNull(study)).checked();
    Simulation simulation = new Simulation(sites, WorkFolder.of(work, "koinon-simulate-"), seed);
    StudyReport report =
        simulation.run(
            sentence -> {
              if (!json) {
                System.out.println(sentence);
              }
            });
    System.out.println(json ? report.toJson() : ReportTable.of(report));
    return report.isVerified() ? 0 : 1;
  }
}
