package org.koinon.federation.study;

import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;

/**
 * The study's robust rule.
 *
 * @param rule which
 * @param tolerated p: how many contributors may be hostile; under group-opening, how many groups
 * @param radius of centred clipping and of the norm bound, in the update's units; of no other rule
 */
public record Robust(RobustRule rule, int tolerated, @Nullable Decimal radius) {
  /** Checks the ranges. */
  public Robust {
    boolean clips = rule == RobustRule.CENTRED_CLIPPING || rule == RobustRule.NORM_BOUND;
    if (clips != (radius != null)) {
      throw new FormatException("", "radius: centred-clipping and norm-bound have one, no other");
    }
    if (radius != null && radius.toDouble() <= 0) {
      throw new FormatException("", "radius must be > 0");
    }
    if (tolerated < 0 || tolerated > 1000) {
      throw new FormatException("", "tolerated must be 0 to 1000");
    }
  }

  /** Fewest contributors that the rule can work with: its published condition. */
  public int contributorsMin() {
    return switch (rule) {
      case KRUM, MULTI_KRUM -> 2 * tolerated + 3;
      case MEDIAN, TRIMMED_MEAN, GEOMETRIC_MEDIAN, CENTRED_CLIPPING, NORM_BOUND ->
          2 * tolerated + 1;
    };
  }
}
