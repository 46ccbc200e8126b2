package org.koinon.network.study;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.AdaptiveClip;
import org.koinon.federation.study.Rounding;
import org.koinon.federation.study.TensorSpec;
import org.koinon.network.yaml.Default;
import org.koinon.network.yaml.NoKeys;

/**
 * The section {@code encoding} of a study file: how numbers become integers that can be summed.
 *
 * @param wordBits bits of the ring: 16, 32 or 64
 * @param clip every coordinate of an update is clamped to ± this
 * @param norm each tensor of an update is scaled down to this L2 norm; 0 means no limit
 * @param fractionBits a number v becomes an integer beside v·2^f
 * @param rounding to the nearest integer, or to either neighbour by chance
 * @param metricFractionBits f for weights and metrics, in their ring of 64 bits
 * @param adaptiveClip of the whole update's norm, if its limit is learned
 * @param tensors other values for single tensors, by name
 */
@NoKeys(
    names = {"top-k", "sparse", "site-parameters"},
    why = StudyDefinition.ALL_COORDINATES)
public record EncodingSection(
    @Default("32") int wordBits,
    @Default("1") Decimal clip,
    @Default("0") Decimal norm,
    @Default("20") int fractionBits,
    @Default("nearest") Rounding rounding,
    @Default("40") int metricFractionBits,
    @Nullable AdaptiveClipSection adaptiveClip,
    @Default("{}") Map<String, TensorOverride> tensors) {
  /**
   * What one tensor has of its own.
   *
   * @param clip as in the section
   * @param norm as in the section
   * @param fractionBits as in the section
   */
  public record TensorOverride(
      @Nullable Decimal clip, @Nullable Decimal norm, @Nullable Integer fractionBits) {}

  /**
   * A limit on the norm of the whole update that follows a quantile of the updates' norms.
   *
   * @param quantile the share of updates that should be within it
   * @param rate of its step from round to round
   * @param initial the limit of the first round
   */
  public record AdaptiveClipSection(
      @Default("0.5") Decimal quantile, @Default("0.2") Decimal rate, Decimal initial) {
    /** Checks the ranges, as the ledger will. */
    public AdaptiveClipSection {
      var _ = new AdaptiveClip(quantile, rate, initial);
    }

    /** The terms on the ledger. */
    AdaptiveClip terms() {
      return new AdaptiveClip(quantile, rate, initial);
    }
  }

  /** Checks the ring. */
  public EncodingSection {
    tensors = Map.copyOf(tensors);
    if (wordBits != 16 && wordBits != 32 && wordBits != 64) {
      throw new FormatException("", "word-bits must be 16, 32 or 64, not " + wordBits);
    }
    if (metricFractionBits < 0 || metricFractionBits > 48) {
      throw new FormatException("", "metric-fraction-bits must be 0 to 48");
    }
    var _ = new TensorSpec("checked", List.of(1), clip, norm, fractionBits);
  }

  /** The norm limit that is learned, if one is. */
  @Nullable AdaptiveClip learnedLimit() {
    return adaptiveClip == null ? null : adaptiveClip.terms();
  }

  /** A tensor with its own values, or those of the section. */
  TensorSpec tensor(String name, List<Integer> shape) {
    TensorOverride own = tensors.get(name);
    if (own == null) {
      return new TensorSpec(name, shape, clip, norm, fractionBits);
    }
    return new TensorSpec(
        name,
        shape,
        own.clip() == null ? clip : own.clip(),
        own.norm() == null ? norm : own.norm(),
        own.fractionBits() == null ? fractionBits : own.fractionBits());
  }
}
