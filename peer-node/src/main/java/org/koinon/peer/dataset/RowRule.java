package org.koinon.peer.dataset;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the table take part.
 *
 * @param dropMissingIn a row with no value in one of these columns is dropped
 * @param keep comparisons such as {@code age >= 18} that a row must meet; a missing value meets
 *     none
 * @param minimum fewest rows a training cohort may have, at least 2: what is learnt from one
 *     patient is a copy of that patient
 */
public record RowRule(List<String> dropMissingIn, List<String> keep, int minimum) {
  /** Every row, two at least. */
  public static final RowRule ALL = new RowRule(List.of(), List.of(), 2);

  /** Fills in what the schema leaves out. */
  public RowRule(@Nullable List<String> dropMissingIn, @Nullable List<String> keep, int minimum) {
    this.dropMissingIn = dropMissingIn == null ? List.of() : List.copyOf(dropMissingIn);
    this.keep = keep == null ? List.of() : List.copyOf(keep);
    this.minimum = minimum == 0 ? 2 : minimum;
    if (this.minimum < 2) {
      throw new IllegalArgumentException("rows.minimum is at least 2");
    }
  }
}
