package org.koinon.aggregation.model;

import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.VectorSpec;

/**
 * What a server optimiser remembers from round to round, in float: the file is all of it, so a peer
 * that joins late goes on exactly where the others are.
 *
 * @param rule whose state
 * @param step rounds finished
 * @param first m, for every rule but FedAvg
 * @param second v, for FedAdam, FedYogi and FedAdagrad
 */
public record OptimiserState(
    ServerRule rule, int step, @Nullable Parameters first, @Nullable Parameters second) {
  private static final String FORMAT = "koinon/optimiser-state/1";

  /** Checks that the rule's moments are there, and no others. */
  public OptimiserState {
    if (step < 0 || hasFirst(rule) != (first != null) || hasSecond(rule) != (second != null)) {
      throw new IllegalArgumentException("state of " + rule + " after step " + step);
    }
  }

  /** The state before the first round: moments zero. */
  public static OptimiserState initial(ServerRule rule, VectorSpec spec) {
    return new OptimiserState(
        rule,
        0,
        hasFirst(rule) ? Parameters.zeros(spec) : null,
        hasSecond(rule) ? Parameters.zeros(spec) : null);
  }

  private static boolean hasFirst(ServerRule rule) {
    return rule != ServerRule.FED_AVG;
  }

  private static boolean hasSecond(ServerRule rule) {
    return switch (rule) {
      case FED_AVG, FED_AVG_M -> false;
      case FED_ADAM, FED_YOGI, FED_ADAGRAD -> true;
    };
  }

  /** The canonical file: tensors {@code m.name} and {@code v.name}. */
  public TensorFile toFile() {
    TensorFile.Builder builder =
        new TensorFile.Builder()
            .metadata("koinon.format", FORMAT)
            .metadata("koinon.rule", RecordCodec.name(rule))
            .metadata("koinon.step", Integer.toString(step));
    if (first != null) {
      ModelFile.addTensors(builder, "m.", first);
    }
    if (second != null) {
      ModelFile.addTensors(builder, "v.", second);
    }
    return builder.build();
  }

  /** The name of the file. */
  public ModelId id() {
    return toFile().id();
  }

  /**
   * Reads the state of this rule for this vector.
   *
   * @throws FormatException if the file holds anything else
   */
  public static OptimiserState of(TensorFile file, ServerRule rule, VectorSpec spec) {
    expect(file, "koinon.format", FORMAT);
    expect(file, "koinon.rule", RecordCodec.name(rule));
    int moments = (hasFirst(rule) ? 1 : 0) + (hasSecond(rule) ? 1 : 0);
    if (file.tensors().size() != moments * spec.tensors().size()) {
      throw new FormatException("state", "has tensors that " + rule + " does not know");
    }
    return new OptimiserState(
        rule,
        step(file.metadata("koinon.step")),
        hasFirst(rule) ? ModelFile.readTensors(file, "m.", spec) : null,
        hasSecond(rule) ? ModelFile.readTensors(file, "v.", spec) : null);
  }

  private static void expect(TensorFile file, String key, String expected) {
    if (!file.metadata(key).equals(expected)) {
      throw new FormatException(key, "is not " + expected);
    }
  }

  private static int step(String text) {
    if (!text.matches("0|[1-9][0-9]{0,8}")) {
      throw new FormatException("koinon.step", "is no number of rounds");
    }
    return Integer.parseInt(text);
  }
}
