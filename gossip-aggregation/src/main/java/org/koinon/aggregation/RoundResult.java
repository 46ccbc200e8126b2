package org.koinon.aggregation;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.OptimiserState;
import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.optimiser.NormLimit;
import org.koinon.aggregation.optimiser.ServerStep;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.AdaptiveClip;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyKind;

/**
 * What a round's shard sums make of its base model: the one computation that every peer does alike
 * and every auditor repeats.
 */
public sealed interface RoundResult {
  /** Key of the text that holds the total weight of a statistics result. */
  String WEIGHT = "weight";

  /**
   * The result.
   *
   * @param model the new model, or the statistics
   * @param optimiserState after this round; none where nothing is remembered: for FedAvg, if the
   *     study learns no norm limit
   * @param metrics weighted means over the contributors, with two digits; none if there are fewer
   *     than the study's minimum, each of which has every metric
   */
  record Computed(
      ModelFile model, @Nullable OptimiserState optimiserState, SortedMap<String, Double> metrics)
      implements RoundResult {}

  /**
   * No result: the sums hold what honest contributions cannot make, or the model is not finite.
   *
   * @param reason what was found where
   */
  record Impossible(String reason) implements RoundResult {}

  /**
   * Where a round begins.
   *
   * @param model the base model; of a statistics study any file
   * @param optimiserState after the last final round; none before the first, and where nothing is
   *     remembered
   */
  record Base(ModelFile model, @Nullable OptimiserState optimiserState) {
    /** What the optimiser remembers, before the first round too. */
    public OptimiserState state(Study study) {
      return optimiserState == null ? OptimiserState.initial(study) : optimiserState;
    }
  }

  /**
   * Computes the result where the ledger declares no weights.
   *
   * @param sums each shard once
   * @param contributors size of the sealed set
   */
  static RoundResult of(
      Study study, Base base, ShardLayout layout, List<ShardSum> sums, int contributors) {
    return of(study, base, layout, sums, Contributors.undeclared(study, contributors));
  }

  /**
   * Computes the result.
   *
   * @param sums each shard once
   * @param contributors the sealed set, with the weights that it declared
   */
  static RoundResult of(
      Study study, Base base, ShardLayout layout, List<ShardSum> sums, Contributors contributors) {
    return of(study, base, Aggregation.join(layout, sums), contributors);
  }

  /**
   * Computes the result.
   *
   * @param whole the sum of the whole vector, masks off
   * @param contributors the sealed set, with the weights that it declared
   */
  static RoundResult of(Study study, Base base, Blocks whole, Contributors contributors) {
    Robust robust = study.robust();
    if (robust != null && contributors.count() < robust.contributorsMin()) {
      return new Impossible(
          RecordCodec.name(robust.rule())
              + " needs "
              + robust.contributorsMin()
              + " contributors to withstand "
              + robust.tolerated()
              + ", the round has "
              + contributors.count());
    }
    return switch (Aggregation.decode(
        study.vector(), whole, contributors, study.privacy().minimum())) {
      case Decoded.OutOfRange fault ->
          new Impossible(
              "the sum of " + fault.where() + "[" + fault.coordinate() + "] is out of range");
      case Decoded.Mean mean when study.kind() == StudyKind.STATISTICS -> statistics(study, mean);
      case Decoded.Mean mean -> training(study, base, mean, contributors.count());
    };
  }

  /** Computes the result of groups that were opened. */
  static RoundResult of(Study study, Base base, GroupMedian median) {
    return of(study, base, median.sum(), Contributors.undeclared(study, median.members()));
  }

  /** What comes of a sum that fell into fewer groups than can outvote poisoned ones. */
  static RoundResult ofTooFewGroups(Study study, int groups) {
    return new Impossible(
        "the sum came apart into "
            + groups
            + " of the "
            + study.groups()
            + " groups that it takes to outvote poisoned ones");
  }

  private static RoundResult statistics(Study study, Decoded.Mean mean) {
    SortedMap<String, String> texts = new TreeMap<>();
    texts.put(WEIGHT, Double.toString(mean.weight()));
    return new Computed(
        ModelFile.ofStatistics(study.vector(), mean.update(), texts),
        null,
        rounded(mean.metrics()));
  }

  private static RoundResult training(Study study, Base base, Decoded.Mean mean, int contributors) {
    Parameters parameters = base.model().parameters(study.vector());
    OptimiserState before = base.state(study);
    ServerStep step =
        ServerStep.of(
            study.vector(), study.server(), new ServerStep.Base(parameters, before), mean.update());
    if (step.parameters().nonFinite().isPresent()) {
      return new Impossible("tensor " + step.parameters().nonFinite().get() + " is not finite");
    }
    ModelFile model =
        ModelFile.of(step.parameters(), base.model().preprocessing(), base.model().metadata());
    OptimiserState after = nextLimit(study, step.state(), mean.within(), contributors);
    return new Computed(model, after.isEmpty() ? null : after, rounded(mean.metrics()));
  }

  /** Too coarse to tell one site's part in it. */
  private static SortedMap<String, Double> rounded(SortedMap<String, Double> metrics) {
    SortedMap<String, Double> rounded = new TreeMap<>();
    metrics.forEach((name, value) -> rounded.put(name, Math.rint(value * 100) / 100));
    return rounded;
  }

  private static OptimiserState nextLimit(
      Study study, OptimiserState state, @Nullable Integer within, int contributors) {
    AdaptiveClip clip = study.adaptiveClip();
    Double limit = state.normLimit();
    return clip == null || limit == null || within == null
        ? state
        : state.withNormLimit(NormLimit.next(clip, limit, within, contributors));
  }
}
