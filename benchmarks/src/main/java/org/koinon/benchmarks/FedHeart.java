package org.koinon.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.koinon.cli.demo.DataSites;
import org.koinon.cli.report.StudyReport;
import org.koinon.federation.study.Standardisation;
import org.koinon.peer.training.TrainingDevice;
import org.koinon.peer.training.djl.DjlTrainer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Fed-Heart-Disease as FLamby runs it, through the whole protocol: simulated hospitals with real
 * nodes, a ledger file, integer sums, an audit. Prints Markdown; docs/benchmarks/fed-heart.md says
 * what is like for like.
 *
 * <p>Exits with 1 if in any round of any run two hospitals computed different models, or if the
 * audit finds anything.
 */
@Command(
    name = "fed-heart",
    mixinStandardHelpOptions = true,
    description = "Fed-Heart-Disease through the protocol, beside published figures.")
public final class FedHeart implements Callable<Integer> {
  private static final long FIRST_SEED = 42;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "processed.{cleveland,hungarian,switzerland,va}.data and flamby_split.csv.")
  private @Nullable Path data;

  @Option(names = "--seeds", paramLabel = "N", description = "How many, from 42 on; 5.")
  private int seeds = 5;

  @Option(
      names = "--standardise",
      paramLabel = "WHERE",
      description = "Only the studies that scale so: local or federated; both.")
  private @Nullable Standardisation standardise;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where ledgers and archives are kept; a new folder in the temp folder.")
  private @Nullable Path work;

  private long rounds;
  private long runs;

  /** Runs the benchmark. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new FedHeart())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    DataSites sites = DataSites.heartDisease(Objects.requireNonNull(data));
    HeartRows rows = HeartRows.of(sites);
    List<Long> named = LongStream.range(FIRST_SEED, FIRST_SEED + seeds).boxed().toList();
    Path folder = work == null ? Files.createTempDirectory("koinon-fed-heart-") : work;
    Files.createDirectories(folder);
    if (standardise != Standardisation.FEDERATED) {
      local(named, sites, rows, folder);
    }
    if (standardise != Standardisation.LOCAL) {
      federated(named, sites, rows, folder);
    }
    System.out.println("\n" + verdict());
    return 0;
  }

  private void local(List<Long> named, DataSites sites, HeartRows rows, Path folder) {
    var done = runAll(HeartStudy.likeForLike(), named, sites, rows, folder);
    List<HeartYardstick> yardsticks =
        HeartYardstick.all(rows, named, new DjlTrainer(TrainingDevice.CPU, 1));
    HeartTable table = new HeartTable();
    table.section("FLamby's protocol: every hospital scales its own columns").scoresHead();
    done.forEach((study, runs) -> table.scores(study.name(), scores(runs), study.published()));
    yardsticks.forEach(y -> table.scores(y.name(), y.scores(), Optional.of(y.published())));
    details(table, done, rows);
    yardsticks.forEach(y -> table.hospitals(y.name(), y.scores()));
    System.out.print(table.majority(rows.majorityVote()));
  }

  private void federated(List<Long> named, DataSites sites, HeartRows rows, Path folder) {
    var done = runAll(HeartStudy.federated(), named, sites, rows, folder);
    HeartTable table = new HeartTable();
    table.section("Federated standardisation: columns scaled over all hospitals").scoresHead();
    done.forEach((study, runs) -> table.scores(study.name(), scores(runs), study.published()));
    details(table, done, rows);
    System.out.print(table.majority(rows.majorityVote()));
  }

  private static void details(
      HeartTable table, Map<HeartStudy, List<HeartRun>> done, HeartRows rows) {
    table.line("").line("Accuracy on all test rows in the study's scale, with its optimiser:");
    table.line("").yardsticksHead();
    done.forEach((study, runs) -> table.yardsticks(study.name(), reports(runs)));
    table.line("").line("Each hospital's test rows:").line("");
    table.hospitalsHead(rows.hospitals().stream().map(HeartRows.Hospital::name).toList());
    done.forEach((study, runs) -> table.hospitals(study.name(), scores(runs)));
  }

  private String verdict() {
    return String.format(
        Locale.ROOT,
        "%d runs, %d rounds: in every round all hospitals contributed and attested one model id;"
            + " every run audited verified and recomputed from the archives.",
        runs,
        rounds);
  }

  private Map<HeartStudy, List<HeartRun>> runAll(
      List<HeartStudy> studies, List<Long> named, DataSites sites, HeartRows rows, Path folder) {
    Map<HeartStudy, List<HeartRun>> done = new LinkedHashMap<>();
    for (HeartStudy study : studies) {
      List<HeartRun> each = new ArrayList<>();
      for (long seed : named) {
        HeartRun run = HeartRun.of(study, seed, sites, rows, folder);
        each.add(run);
        runs++;
        rounds += run.rounds();
        System.err.printf(
            Locale.ROOT,
            "%s, seed %d: mean of clients %.4f, pooled test %.4f%n",
            study.name(),
            seed,
            run.score().clientAccuracy(),
            run.score().pooled().accuracy().orElseThrow());
      }
      done.put(study, each);
    }
    return done;
  }

  private static List<HeartScore> scores(List<HeartRun> runs) {
    return runs.stream().map(HeartRun::score).toList();
  }

  private static List<StudyReport> reports(List<HeartRun> runs) {
    return runs.stream().map(HeartRun::report).toList();
  }
}
