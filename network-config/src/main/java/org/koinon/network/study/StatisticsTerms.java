package org.koinon.network.study;

import java.util.List;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.ConsortiumEntry;
import org.koinon.federation.study.AcceptanceRule;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.StudyKind;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;

/**
 * The terms of a statistics study: counts, sums and sums of squares of columns scaled to 0..1, and
 * counts of levels, as one tensor of exact fixed-point numbers. No row moves a number by more than
 * 1, so a site's numbers are at most its rows, and those at most the weight cap.
 */
final class StatisticsTerms {
  static final String SUFFIX = "-statistics";
  static final String TENSOR = "statistics";
  private static final int WORD_BITS = 64;
  private static final int FRACTION_BITS_MAX = 40;
  private static final int RETRIES_MAX = 10;

  private StatisticsTerms() {}

  static Study of(StudyDefinition definition, StudyId id, StudyContext context) {
    if (definition.kind() == StudyKind.STATISTICS && definition.rounds() != 1) {
      throw new FormatException("rounds", "a statistics study has one round");
    }
    return new Study(
        id,
        context.version(),
        StudyKind.STATISTICS,
        definition.purpose(),
        definition.legalBasis(),
        privacy(definition),
        vector(context.statistics(), definition.weightCap()),
        null,
        ServerOptimiser.fedAvg(),
        context.schema(),
        context.code(),
        context.initialModel(),
        null,
        1,
        RETRIES_MAX,
        AcceptanceRule.wellFormed(),
        definition.deadlines().terms());
  }

  /** A companion of a study that opens groups is a plain private sum: it needs no outvoting. */
  private static Study.Privacy privacy(StudyDefinition definition) {
    Study.Privacy own = definition.privacy(WeightMode.UNIFORM);
    return own.policy() == Policy.GROUP_OPENING
        ? new Study.Privacy(
            Policy.PRIVATE_SUM,
            own.weights(),
            own.weightCap(),
            own.minimum(),
            own.replicas(),
            own.colluders(),
            own.strict())
        : own;
  }

  static VectorSpec vector(int numbers, int weightCap) {
    if (numbers < 1) {
      throw new FormatException("statistics", "the schema has no column to make statistics of");
    }
    Decimal clip = Decimal.of(java.math.BigDecimal.valueOf(weightCap));
    TensorSpec tensor =
        new TensorSpec(TENSOR, List.of(numbers), clip, new Decimal("0"), fractionBits(weightCap));
    return new VectorSpec(List.of(tensor), List.of(), WORD_BITS, FRACTION_BITS_MAX);
  }

  /** The most fraction bits at which the largest consortium cannot overflow the ring. */
  static int fractionBits(int weightCap) {
    long room = (1L << (WORD_BITS - 3)) / ((long) weightCap * ConsortiumEntry.MEMBERS_MAX);
    return Math.min(FRACTION_BITS_MAX, 63 - Long.numberOfLeadingZeros(room));
  }
}
