package org.koinon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Decoded;
import org.koinon.aggregation.FixedPoint;
import org.koinon.aggregation.Weight;
import org.koinon.aggregation.Words;
import org.koinon.aggregation.model.Parameters;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a peer computes per round on a vector of d words of 32 bits, beside a copy of those words:
 * encoding its update, adding the pieces of eight peers of the shard it owns (d words in all),
 * checking and decoding the sums.
 *
 * <p>The heap is touched before the run, so that no page is mapped while the clock runs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms6g", "-Xmx6g", "-XX:+AlwaysPreTouch"})
public class AggregationBenchmark {
  private static final int PEERS = 8;
  private static final Weight WEIGHT = new Weight(700, 1000);
  private static final List<Double> METRICS = List.of(0.5);

  /** d. */
  @Param({"1000000", "25000000"})
  public int words;

  private final double[] run = new double[4096];
  private byte[] source = {};
  private byte[] target = {};
  private List<Words> pieces = List.of();
  private @Nullable VectorSpec spec;
  private @Nullable Parameters update;
  private @Nullable Blocks encoded;

  /** Makes the numbers. */
  @Setup
  public void prepare() {
    TensorSpec tensor =
        new TensorSpec("t", List.of(words), new Decimal("0.5"), new Decimal("0"), 24);
    VectorSpec vector = new VectorSpec(List.of(tensor), List.of("auc"), 32, 30);
    float[] numbers = new float[words];
    Random random = new Random(1);
    for (int i = 0; i < words; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    Parameters parameters = Parameters.wrap(vector, numbers);
    spec = vector;
    update = parameters;
    encoded = FixedPoint.encode(vector, WEIGHT, parameters, METRICS);
    source = new byte[4 * words];
    target = new byte[4 * words];
    random.nextBytes(source);
    List<Words> made = new ArrayList<>();
    for (int peer = 0; peer < PEERS; peer++) {
      byte[] piece = new byte[4 * (words / PEERS)];
      random.nextBytes(piece);
      made.add(Words.wrap(32, piece));
    }
    pieces = made;
  }

  /** The yardstick: a copy of d words. */
  @Benchmark
  public byte[] copy() {
    System.arraycopy(source, 0, target, 0, source.length);
    return target;
  }

  /** The sum of eight pieces of d / 8 words. */
  @Benchmark
  public Words sum() {
    return Words.sum(pieces);
  }

  /** d floats to d words. */
  @Benchmark
  public Blocks encode() {
    return FixedPoint.encode(
        Objects.requireNonNull(spec), WEIGHT, Objects.requireNonNull(update), METRICS);
  }

  /** The range check of d sums, and the mean of each. */
  @Benchmark
  public double decode() {
    Decoded decoded =
        Aggregation.decode(Objects.requireNonNull(spec), Objects.requireNonNull(encoded), 1, 1);
    return switch (decoded) {
      case Decoded.Mean mean -> {
        double last = 0;
        for (int from = 0; from < words; from += run.length) {
          int length = Math.min(run.length, words - from);
          mean.update().read(from, run, length);
          last = run[length - 1];
        }
        yield last;
      }
      case Decoded.OutOfRange out -> throw new IllegalStateException(out.toString());
    };
  }
}
