package org.koinon.federation.study;

import java.util.List;
import org.koinon.federation.encoding.FormatException;

/**
 * The shape of the model that is trained.
 *
 * @param kind which family
 * @param features width of the input, after one-hot
 * @param hidden sizes of hidden layers, ReLU between them; empty for logistic regression
 */
public record ModelSpec(Kind kind, int features, List<Integer> hidden) {
  /** Families of models for tables with a binary label. */
  public enum Kind {
    /** Linear(features, 1) and a sigmoid. */
    LOGISTIC,
    /** Linear layers with ReLU, then Linear(h, 1) and a sigmoid. */
    MLP
  }

  /** Checks the sizes. */
  public ModelSpec {
    hidden = List.copyOf(hidden);
    if (features < 1 || features > 1_000_000) {
      throw new FormatException("", "features must be 1 to 1000000, not " + features);
    }
    if ((kind == Kind.LOGISTIC) != hidden.isEmpty()) {
      throw new FormatException("", "an MLP has hidden layers, a logistic regression has none");
    }
    if (hidden.size() > 16 || hidden.stream().anyMatch(h -> h < 1 || h > 65_536)) {
      throw new FormatException("", "hidden: at most 16 layers of 1 to 65536 units");
    }
  }
}
