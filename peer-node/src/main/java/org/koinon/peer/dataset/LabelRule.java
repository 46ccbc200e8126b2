package org.koinon.peer.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which column is predicted and which of its levels count as positive.
 *
 * @param column a category column
 * @param positive its positive levels; all others are negative
 */
public record LabelRule(String column, List<String> positive) {
  /** Refuses a label without column or positive level. */
  public LabelRule(@Nullable String column, @Nullable List<String> positive) {
    if (column == null || column.isBlank() || positive == null || positive.isEmpty()) {
      throw new IllegalArgumentException("label needs a column and its positive levels");
    }
    this.column = column;
    this.positive = List.copyOf(positive);
  }
}
