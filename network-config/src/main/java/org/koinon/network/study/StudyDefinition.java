package org.koinon.network.study;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.ModelSpec;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.StudyKind;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.network.yaml.ConfigException;
import org.koinon.network.yaml.Default;
import org.koinon.network.yaml.NoKeys;
import org.koinon.network.yaml.StrictYaml;

/**
 * A study as a person writes it, in YAML; {@code docs/study-file.md} describes every key.
 *
 * @param id its name
 * @param kind training or statistics
 * @param purpose what for, in words
 * @param legalBasis under which law or consent
 * @param schema file of the table schema, relative to the study file
 * @param standardise how numeric columns are scaled; local unless said otherwise
 * @param policy who may see what of an update; never a default, because it is a promise
 * @param weights how much a hospital counts; uniform with a robust rule and where groups are
 *     opened, masked where the policy masks, else public
 * @param weightCap most rows of one hospital
 * @param minimum fewest contributors of a sum; 5 where the policy masks, else 3
 * @param replicas owners of a shard
 * @param colluders how many hospitals may pool what they know; a third of them less one, if not
 *     given
 * @param poisoners under group-opening: how many hospitals may send poison and be outvoted
 * @param strict whether a round whose contributors differ by few from the round before is refused
 * @param rounds how many; 1 for statistics
 * @param roundsMax largest round number, retries included; twice the rounds
 * @param model of a training study
 * @param training of a training study
 * @param server how the mean changes the model
 * @param encoding how numbers become integers
 * @param metrics measured by every site and released as one number for all
 * @param acceptance when a site accepts a result
 * @param deadlines how long the phases may last
 * @param robust combines contributions other than by their sum; none by default
 */
@NoKeys(
    names = {"top-k", "sparse", "site-parameters"},
    why = StudyDefinition.ALL_COORDINATES)
public record StudyDefinition(
    StudyId id,
    @Default("training") StudyKind kind,
    String purpose,
    String legalBasis,
    String schema,
    @Nullable Standardisation standardise,
    Policy policy,
    @Nullable WeightMode weights,
    int weightCap,
    @Nullable Integer minimum,
    @Default("2") int replicas,
    @Nullable Integer colluders,
    @Nullable Integer poisoners,
    @Default("false") boolean strict,
    @Default("1") int rounds,
    @Nullable Integer roundsMax,
    @Nullable ModelSection model,
    @Nullable TrainingSection training,
    @Default("{}") ServerSection server,
    @Default("{}") EncodingSection encoding,
    @Default("[]") List<Metric> metrics,
    @Default("{}") AcceptanceSection acceptance,
    @Default("{}") DeadlinesSection deadlines,
    @Nullable RobustSection robust) {
  /** Fewest contributors of a masked sum, if the file does not say. */
  public static final int MASKED_MINIMUM = 5;

  /** Why there are no sparse updates, and no numbers of one site. */
  static final String ALL_COORDINATES =
      "every hospital adds to every number, because a number that one hospital alone adds to is"
          + " that hospital's in the sum";

  /** The examples that {@link #example} reads. */
  public static final List<String> EXAMPLES =
      List.of(
          "heart-demo",
          "uci-heart",
          "fed-heart",
          "fed-avg-m",
          "fed-adam",
          "fed-yogi",
          "fed-adagrad",
          "private-sum",
          "group-opening",
          "robust",
          "statistics");

  /** Refuses what belongs to the other kind of study. */
  public StudyDefinition {
    metrics = List.copyOf(metrics);
    if (kind == StudyKind.TRAINING && (model == null || training == null)) {
      throw new FormatException("", "a training study needs the sections 'model' and 'training'");
    }
    if (kind == StudyKind.STATISTICS
        && (model != null || training != null || standardise != null || !metrics.isEmpty())) {
      throw new FormatException(
          "", "a statistics study has no model, training, standardise or metrics: remove them");
    }
    if (kind == StudyKind.STATISTICS && encoding.adaptiveClip() != null) {
      throw new FormatException(
          "encoding.adaptive-clip", "a statistics study has no updates: remove it");
    }
    if (kind == StudyKind.STATISTICS && robust != null) {
      throw new FormatException(
          "", "robust: a statistics study adds up what hospitals count; remove the section");
    }
    if (kind == StudyKind.STATISTICS && policy == Policy.GROUP_OPENING) {
      throw new FormatException(
          "", "policy: group-opening outvotes updates of training; use private-sum for statistics");
    }
    if ((policy == Policy.GROUP_OPENING) != (poisoners != null)) {
      throw new FormatException(
          "", "poisoners: policy group-opening needs it, the others have none; at least 1");
    }
    if (metrics.stream().distinct().count() != metrics.size()) {
      throw new FormatException("", "metrics: each once");
    }
  }

  /** The definition in this file. */
  public static StudyDefinition read(Path file) {
    return StrictYaml.read(file, StudyDefinition.class);
  }

  /** The definition in this text; {@code source} names it in errors. */
  public static StudyDefinition parse(String yaml, String source) {
    return StrictYaml.parse(yaml, source, StudyDefinition.class);
  }

  /** One of the {@link #EXAMPLES}. */
  public static StudyDefinition example(String name) {
    return parse(exampleText(name), name + ".yaml");
  }

  /** The YAML of one of the {@link #EXAMPLES}, comments included. */
  public static String exampleText(String name) {
    String resource = "/studies/" + name + ".yaml";
    try (InputStream in = StudyDefinition.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new ConfigException(
            name, 0, "no example has this name; there are " + String.join(", ", EXAMPLES));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException(resource, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** The same with so many rounds, and twice as many with retries. */
  public StudyDefinition withRounds(int number) {
    return new StudyDefinition(
        id,
        kind,
        purpose,
        legalBasis,
        schema,
        standardise,
        policy,
        weights,
        weightCap,
        minimum,
        replicas,
        colluders,
        poisoners,
        strict,
        number,
        2 * number,
        model,
        training,
        server,
        encoding,
        metrics,
        acceptance,
        deadlines,
        robust);
  }

  /** The same with another seed of the first model and of row orders. */
  public StudyDefinition withSeed(long seed) {
    return new StudyDefinition(
        id,
        kind,
        purpose,
        legalBasis,
        schema,
        standardise,
        policy,
        weights,
        weightCap,
        minimum,
        replicas,
        colluders,
        poisoners,
        strict,
        rounds,
        roundsMax,
        model,
        training == null ? null : training.withSeed(seed),
        server,
        encoding,
        metrics,
        acceptance,
        deadlines,
        robust);
  }

  /** Fewest contributors of a sum, the default filled in. */
  public int contributorsMin() {
    if (minimum != null) {
      return minimum;
    }
    return policy.isMasked() ? MASKED_MINIMUM : Study.MINIMUM_LEAST;
  }

  /** The rule that combines other than by the sum, if there is one; of groups the median. */
  private @Nullable Robust combination() {
    if (poisoners != null) {
      return new Robust(RobustRule.MEDIAN, poisoners, null);
    }
    return robust == null ? null : robust.terms();
  }

  /** Who may see what of an update. */
  Study.Privacy privacy(WeightMode mode) {
    return new Study.Privacy(
        policy, mode, weightCap, contributorsMin(), replicas, colluders, strict);
  }

  /** How columns are scaled, the default filled in. */
  public Standardisation standardisation() {
    return standardise == null ? Standardisation.LOCAL : standardise;
  }

  /** How a hospital's weight comes about, the default filled in. */
  public WeightMode weightMode() {
    if (weights != null) {
      return weights;
    }
    if (kind == StudyKind.STATISTICS || robust != null || poisoners != null) {
      return WeightMode.UNIFORM;
    }
    return policy.isMasked() ? WeightMode.MASKED : WeightMode.PUBLIC;
  }

  /** Largest round number, the default filled in. */
  public int lastRound() {
    return roundsMax == null ? Math.multiplyExact(2, rounds) : roundsMax;
  }

  /** The model for an input of this width. */
  public ModelSpec modelSpec(int features) {
    if (model == null) {
      throw new IllegalStateException("a statistics study has no model");
    }
    return model.spec(features);
  }

  /** The vector of a contribution for an input, or statistics, of this width. */
  public VectorSpec vector(StudyContext context) {
    return switch (kind) {
      case TRAINING -> ModelVector.of(modelSpec(context.features()), encoding, metrics);
      case STATISTICS -> StatisticsTerms.vector(context.statistics(), weightCap);
    };
  }

  /** The terms that go to the ledger. Call {@link StudyCheck#of} first for errors in words. */
  public Study toStudy(StudyContext context) {
    return switch (kind) {
      case TRAINING -> trainingStudy(context);
      case STATISTICS -> StatisticsTerms.of(this, id, context);
    };
  }

  /**
   * The companion study that finds means and standard deviations over all hospitals, before a study
   * with {@code standardise: federated}. Its id ends in {@code -statistics}.
   */
  public Study statisticsStudy(StudyContext context) {
    return StatisticsTerms.of(this, statisticsId(), context);
  }

  /** The id of the companion statistics study. */
  public StudyId statisticsId() {
    return new StudyId(id.value() + StatisticsTerms.SUFFIX);
  }

  private Study trainingStudy(StudyContext context) {
    if (training == null) {
      throw new IllegalStateException("checked when the definition was made");
    }
    if (standardisation() == Standardisation.FEDERATED && context.statisticsResult() == null) {
      throw new FormatException(
          "standardise", "federated needs the result of the study " + statisticsId() + " first");
    }
    return new Study(
        id,
        context.version(),
        kind,
        purpose,
        legalBasis,
        privacy(weightMode()),
        vector(context),
        new Study.Training(modelSpec(context.features()), training.terms(), standardisation()),
        server.terms(),
        context.schema(),
        context.code(),
        context.initialModel(),
        standardisation() == Standardisation.FEDERATED ? context.statisticsResult() : null,
        rounds,
        lastRound(),
        acceptance.terms(),
        deadlines.terms(),
        combination(),
        encoding.learnedLimit());
  }
}
