package org.koinon.network.study;

import java.util.List;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.ModelSpec;
import org.koinon.network.yaml.Default;
import org.koinon.network.yaml.NoKeys;

/**
 * The section {@code model} of a study file.
 *
 * @param kind logistic or mlp
 * @param hidden sizes of an MLP's hidden layers, input side first
 */
@NoKeys(
    names = {"top-k", "sparse", "site-parameters"},
    why = StudyDefinition.ALL_COORDINATES)
public record ModelSection(ModelSpec.Kind kind, @Default("[]") List<Integer> hidden) {
  /** Checks the sizes. */
  public ModelSection {
    hidden = List.copyOf(hidden);
    if (kind == ModelSpec.Kind.MLP && hidden.isEmpty()) {
      throw new FormatException("", "an mlp needs hidden layers, such as 'hidden: [16, 8]'");
    }
    if (kind == ModelSpec.Kind.LOGISTIC && !hidden.isEmpty()) {
      throw new FormatException("", "a logistic model has no hidden layers: use 'kind: mlp'");
    }
    if (hidden.size() > 16 || hidden.stream().anyMatch(h -> h < 1 || h > 65_536)) {
      throw new FormatException("", "hidden: at most 16 layers of 1 to 65536 units");
    }
  }

  /** The model for an input of this width. */
  ModelSpec spec(int features) {
    return new ModelSpec(kind, features, hidden);
  }
}
