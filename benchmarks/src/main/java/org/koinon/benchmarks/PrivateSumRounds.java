package org.koinon.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.gossip.Traffic;
import org.koinon.peer.round.RoundObserver;
import org.koinon.peer.round.RoundOutcome;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Rounds of consortia in one process under policies open and private-sum in turn: their time, and
 * what peers send. All nodes of a consortium run one after the other, so a round's time is the sum
 * of what the nodes do. Prints Markdown tables; what warms the machine up is not in them.
 *
 * <p>Exits with 1 if a round has no result or two peers hold different ones.
 */
@Command(
    name = "private-sum-rounds",
    mixinStandardHelpOptions = true,
    description = "Time and bytes of rounds under private-sum beside rounds under open.")
public final class PrivateSumRounds implements Callable<Integer> {
  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "N",
      description = "How many hospitals; 5,10,20.")
  private List<Integer> peers = List.of(5, 10, 20);

  @Option(names = "--numbers", paramLabel = "D", description = "Length of the model; 1000000.")
  private int numbers = 1_000_000;

  @Option(names = "--pairs", paramLabel = "N", description = "Rounds of each policy; 3.")
  private int pairs = 3;

  @Option(names = "--warm-up", paramLabel = "N", description = "Pairs before those; 1.")
  private int warmUp = 1;

  @Option(names = "--masked-only", description = "No rounds under open.")
  private boolean maskedOnly;

  @Option(names = "--folder", paramLabel = "DIR", description = "For the nodes' files.")
  private @Nullable Path folder;

  private final List<String> bytes = new ArrayList<>();
  private long seed = 31;

  /** Runs the benchmark. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new PrivateSumRounds()).execute(arguments));
  }

  /** One round. */
  private record Round(Meter took, SimulatedConsortium consortium) {}

  @Override
  public Integer call() throws IOException {
    Path root =
        folder == null
            ? Files.createTempDirectory("koinon-rounds-")
            : Files.createDirectories(folder);
    System.out.println(
        "| N | d | open: s | CPU s | private-sum: s | CPU s | ratio of s | of CPU s"
            + " | heap at most, MiB | load |\n|---|---|---|---|---|---|---|---|---|---|");
    for (int each : peers) {
      compare(each, root);
    }
    System.out.println(
        "\n| N | formula | mean of pieces and sums | / formula | messages | total | total / formula"
            + " |\n|---|---|---|---|---|---|---|");
    bytes.forEach(System.out::println);
    return 0;
  }

  private void compare(int count, Path root) throws IOException {
    List<Meter> open = new ArrayList<>();
    List<Meter> masked = new ArrayList<>();
    double heapMib = 0;
    for (int pair = -warmUp; pair < pairs; pair++) {
      if (!maskedOnly) {
        open.add(round(count, Policy.OPEN, root).took());
      }
      Meter.forgetPeak();
      Round round = round(count, Policy.PRIVATE_SUM, root);
      heapMib = Math.max(heapMib, Meter.peakHeapMib());
      masked.add(round.took());
      System.err.printf(Locale.ROOT, "N = %d: %s %s%n", count, open, masked);
      if (pair == pairs - 1) {
        bytes.add(bytesRow(count, round.consortium()));
      }
    }
    open.subList(0, Math.min(warmUp, open.size())).clear();
    masked.subList(0, warmUp).clear();
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %s | %s | %s | %s | %s | %s | %.0f | %s |%n",
        count,
        numbers,
        median(open, Meter::wallSeconds),
        median(open, Meter::cpuSeconds),
        median(masked, Meter::wallSeconds),
        median(masked, Meter::cpuSeconds),
        ratio(masked, open, Meter::wallSeconds),
        ratio(masked, open, Meter::cpuSeconds),
        heapMib,
        Meter.load());
  }

  private Round round(int count, Policy policy, Path root) throws IOException {
    Path here = Files.createTempDirectory(root, "round-");
    try {
      Study study = SumConsortium.study(numbers, policy);
      SimulatedConsortium consortium = SumConsortium.of(count, study, here, seed++);
      Outcomes outcomes = new Outcomes();
      Meter took =
          Meter.of(
              () -> {
                var _ = consortium.run(study.id(), FaultPlan.NONE, outcomes);
              });
      outcomes.requireOneResult(count);
      return new Round(took, consortium);
    } finally {
      delete(here);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private String bytesRow(int count, SimulatedConsortium consortium) {
    double formula =
        org.koinon.aggregation.Traffic.meanBytesPerPeer(
            SumConsortium.study(numbers, Policy.PRIVATE_SUM).vector(),
            count,
            SumConsortium.REPLICAS);
    double bulk = mean(consortium, sent -> sent.contributionBytes() + sent.sumBytes());
    double total = mean(consortium, Traffic::totalBytes);
    return String.format(
        Locale.ROOT,
        "| %d | %.0f | %.0f | %.4f | %.0f | %.0f | %.4f |",
        count,
        formula,
        bulk,
        bulk / formula,
        mean(consortium, Traffic::messageBytes),
        total,
        total / formula);
  }

  private static double mean(SimulatedConsortium consortium, ToLongFunction<Traffic> part) {
    return consortium.traffic().values().stream().mapToLong(part).average().orElseThrow();
  }

  private static String median(List<Meter> rounds, ToDoubleFunction<Meter> figure) {
    return rounds.isEmpty()
        ? "-"
        : String.format(
            Locale.ROOT, "%.2f", Meter.median(rounds.stream().map(figure::applyAsDouble).toList()));
  }

  /** Of the medians. */
  private static String ratio(
      List<Meter> masked, List<Meter> open, ToDoubleFunction<Meter> figure) {
    return open.isEmpty()
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.2f",
            Meter.median(masked.stream().map(figure::applyAsDouble).toList())
                / Meter.median(open.stream().map(figure::applyAsDouble).toList()));
  }

  /** How a round ended at each peer. */
  private static final class Outcomes implements RoundObserver {
    private final Set<ModelId> models = new HashSet<>();
    private int finalised;

    void requireOneResult(int peers) {
      if (finalised != peers || models.size() != 1) {
        throw new IllegalStateException(
            finalised + " of " + peers + " peers have a result; " + models.size() + " models");
      }
    }

    @Override
    public void step(RoundId round, RoundStep step) {}

    @Override
    public void note(RoundId round, String sentence) {}

    @Override
    public void alarm(String sentence) {
      throw new IllegalStateException(sentence);
    }

    @Override
    public void over(RoundId round, RoundOutcome outcome, ModelId standing) {
      models.add(standing);
      if (outcome instanceof RoundOutcome.Final) {
        finalised++;
      }
    }
  }
}
