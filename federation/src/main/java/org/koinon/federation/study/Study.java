package org.koinon.federation.study;

import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.lineage.ModelId;

/**
 * The terms of a study, as they stand on the ledger: all that is needed to recompute its results.
 *
 * @param id its name
 * @param version 1, 2, 3...; a change is a new version with its own approvals
 * @param kind what is summed
 * @param purpose what for, in words
 * @param legalBasis under which law or consent
 * @param privacy who may see what
 * @param vector the numbers of a contribution
 * @param training what each hospital does; of a statistics study none
 * @param server what the mean does to the model
 * @param schema digest of the table schema
 * @param code digest of the training code
 * @param initialModel what the first round starts from
 * @param statistics result of the statistics study that the preprocessing comes from, if one is
 *     used
 * @param rounds how many
 * @param roundsMax largest round number, retries included
 * @param acceptance when a site accepts a result
 * @param deadlines how long the phases may last
 * @param robust combines contributions other than by their sum; under group-opening the median of
 *     2p+1 groups' means
 * @param adaptiveClip of the whole update's norm, if the limit is learned
 */
public record Study(
    StudyId id,
    int version,
    StudyKind kind,
    String purpose,
    String legalBasis,
    Privacy privacy,
    VectorSpec vector,
    @Nullable Training training,
    ServerOptimiser server,
    Digest schema,
    Digest code,
    ModelId initialModel,
    @Nullable ModelId statistics,
    int rounds,
    int roundsMax,
    AcceptanceRule acceptance,
    Deadlines deadlines,
    @Nullable Robust robust,
    @Nullable AdaptiveClip adaptiveClip) {
  /** Fewest contributors that a sum may have. */
  public static final int MINIMUM_LEAST = 3;

  /**
   * Who may see what of an update.
   *
   * @param policy the policy
   * @param weights how much a hospital counts
   * @param weightCap n_cap: most rows of one hospital
   * @param minimum n_min: fewest contributors of a sum
   * @param replicas r: owners of a shard
   * @param colluders c: how many members may pool what they know; if none is given, f of the roster
   * @param strict whether a round whose set differs from an earlier one by few members is refused
   */
  public record Privacy(
      Policy policy,
      WeightMode weights,
      int weightCap,
      int minimum,
      int replicas,
      @Nullable Integer colluders,
      boolean strict) {
    /** Checks the ranges. */
    public Privacy {
      if (minimum < MINIMUM_LEAST) {
        throw new FormatException("", "minimum: a sum has at least 3 contributors");
      }
      if (weightCap < 1 || replicas < 1 || replicas > 16) {
        throw new FormatException("", "weightCap must be >= 1, replicas 1 to 16");
      }
      if (colluders != null && (colluders < 0 || colluders > 1000)) {
        throw new FormatException("", "colluders must be 0 to 1000");
      }
    }

    /** Against f colluders, and near differences are flagged but not refused. */
    public Privacy(Policy policy, WeightMode weights, int weightCap, int minimum, int replicas) {
      this(policy, weights, weightCap, minimum, replicas, null, false);
    }

    /** c, where so many faults are tolerated: that many, unless the study says otherwise. */
    public int colluders(int faults) {
      return colluders == null ? faults : colluders;
    }
  }

  /**
   * What each hospital trains.
   *
   * @param model the model
   * @param local one round of it
   * @param standardisation how columns are scaled
   */
  public record Training(ModelSpec model, LocalTraining local, Standardisation standardisation) {}

  /** Checks texts, counts and the ring. */
  public Study {
    checkText("purpose", purpose);
    checkText("legalBasis", legalBasis);
    if (version < 1 || rounds < 1 || roundsMax < rounds || roundsMax > 1_000_000) {
      throw new FormatException("", "version and rounds >= 1, roundsMax >= rounds, at most 10^6");
    }
    if ((kind == StudyKind.TRAINING) != (training != null)) {
      throw new FormatException("", "training: a training study has it, a statistics study not");
    }
    if (privacy.policy() == Policy.OPEN && privacy.weights() == WeightMode.MASKED) {
      throw new FormatException("", "weights: under policy open nothing is masked; use public");
    }
    checkRobust(privacy, robust);
    if ((adaptiveClip != null) != vector.learnsLimit()) {
      throw new FormatException(
          "",
          "adaptiveClip: comes with the metric " + VectorSpec.WITHIN_LIMIT + ", each with both");
    }
    if (adaptiveClip != null && (training == null || robust != null)) {
      throw new FormatException(
          "", "adaptiveClip: of a training study whose contributions are summed");
    }
    if (privacy.policy() == Policy.GROUP_OPENING && (training == null || privacy.strict())) {
      throw new FormatException(
          "", "group-opening: of a training study that is not strict: groups nearly come again");
    }
  }

  private static void checkRobust(Privacy privacy, @Nullable Robust robust) {
    boolean isUniform = privacy.weights() == WeightMode.UNIFORM;
    boolean fits =
        switch (privacy.policy()) {
          case OPEN -> robust == null || isUniform;
          case PRIVATE_SUM -> robust == null;
          case GROUP_OPENING ->
              isUniform
                  && robust != null
                  && robust.rule() == RobustRule.MEDIAN
                  && robust.tolerated() >= 1;
        };
    if (!fits) {
      throw new FormatException(
          "",
          "robust: of policy open with any rule, of group-opening with the median and at least one"
              + " tolerated, both with weights uniform; of no other policy");
    }
  }

  /** The rule by which owners combine a shard, if they do not add it up. */
  public @Nullable Robust shardRule() {
    return privacy.policy() == Policy.OPEN ? robust : null;
  }

  /** How many groups a sum is opened in: 2p+1 under group-opening, so that p are outvoted. */
  public int groups() {
    return privacy.policy() == Policy.GROUP_OPENING && robust != null
        ? 2 * robust.tolerated() + 1
        : 1;
  }

  /** With the mean as it is and limits that stay. */
  public Study(
      StudyId id,
      int version,
      StudyKind kind,
      String purpose,
      String legalBasis,
      Privacy privacy,
      VectorSpec vector,
      @Nullable Training training,
      ServerOptimiser server,
      Digest schema,
      Digest code,
      ModelId initialModel,
      @Nullable ModelId statistics,
      int rounds,
      int roundsMax,
      AcceptanceRule acceptance,
      Deadlines deadlines) {
    this(
        id,
        version,
        kind,
        purpose,
        legalBasis,
        privacy,
        vector,
        training,
        server,
        schema,
        code,
        initialModel,
        statistics,
        rounds,
        roundsMax,
        acceptance,
        deadlines,
        null,
        null);
  }

  private static void checkText(String name, String text) {
    if (text.isBlank() || text.length() > 1000) {
      throw new FormatException("", name + " has 1 to 1000 characters");
    }
  }
}
