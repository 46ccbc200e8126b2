package org.koinon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.Words;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Mask;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.VectorSpec;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What masking costs a peer per round, as CPU time of one thread, beside a copy of the vector in
 * the same run: masks go on (one for itself and one per other peer) and come off (one self mask per
 * peer). Prints a Markdown table of medians.
 */
@Command(
    name = "masking-cost",
    mixinStandardHelpOptions = true,
    description = "CPU time of masking beside a memory copy.")
public final class MaskingCost implements Callable<Integer> {
  /** A copy is short: as many are timed together. */
  private static final int COPIES = 20;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "N",
      description = "How many hospitals; 5,10,20,100.")
  private List<Integer> peers = List.of(5, 10, 20, 100);

  @Option(names = "--numbers", paramLabel = "D", description = "Length of the model; 1000000.")
  private int numbers = 1_000_000;

  @Option(names = "--times", paramLabel = "N", description = "Of each, in turn; 15.")
  private int times = 15;

  /** Runs the benchmark. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new MaskingCost()).execute(arguments));
  }

  @Override
  public Integer call() {
    System.out.println(
        "| N | copy: ms | masks on: ms | beside copy | masks off: ms | per mask and MB: ms | load |"
            + "\n|---|---|---|---|---|---|---|");
    var _ = row(peers.getFirst()); // warms the compiler up
    peers.forEach(count -> System.out.println(row(count)));
    return 0;
  }

  private String row(int count) {
    VectorSpec vector = SumConsortium.study(numbers, Policy.PRIVATE_SUM).vector();
    List<MemberId> members =
        IntStream.range(0, count)
            .mapToObj(i -> new MemberId("hospital-%03d".formatted(i)))
            .toList();
    Digest context = Digest.tagged("benchmark");
    Attempt attempt = new Attempt(context, members);
    ShardLayout layout =
        new ShardLayout(context, vector, new ShardMap(members, SumConsortium.REPLICAS));
    SplittableRandom random = new SplittableRandom(count);
    TreeMap<MemberId, Seed> seeds = new TreeMap<>();
    members.forEach(member -> seeds.put(member, Seed.draw(random)));
    TreeMap<MemberId, Seed> edges = new TreeMap<>(seeds.tailMap(members.getFirst(), false));
    List<Mask> own = Masks.of(attempt, members.getFirst(), Seed.draw(random), edges);
    List<Mask> left = Masks.leftOver(attempt, seeds, List.of());
    byte[] source = new byte[4 * numbers];
    random.nextBytes(source);
    byte[] target = new byte[source.length];
    Blocks blocks = new Blocks(Words.wrap(32, source), Words.zeros(64, vector.metricWords()));
    List<Double> copy = new ArrayList<>();
    List<Double> on = new ArrayList<>();
    List<Double> off = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      copy.add(
          Meter.threadSeconds(
                  () -> {
                    for (int n = 0; n < COPIES; n++) {
                      System.arraycopy(source, 0, target, 0, source.length);
                    }
                  })
              / COPIES);
      on.add(Meter.threadSeconds(() -> use(Masks.apply(layout, blocks, own))));
      off.add(Meter.threadSeconds(() -> use(Masks.strip(layout, blocks, left))));
    }
    return String.format(
        Locale.ROOT,
        "| %d | %.3f | %.2f | %.0f | %.2f | %.3f | %s |",
        count,
        1e3 * Meter.median(copy),
        1e3 * Meter.median(on),
        Meter.median(on) / Meter.median(copy),
        1e3 * Meter.median(off),
        1e3 * Meter.median(on) / count / (4e-6 * numbers),
        Meter.load());
  }

  private static void use(Blocks blocks) {
    if (blocks.model().count() == 0) {
      throw new IllegalStateException("nothing was masked");
    }
  }
}
