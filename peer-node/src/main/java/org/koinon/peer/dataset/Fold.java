package org.koinon.peer.dataset;

import java.util.Locale;
import java.util.Optional;

/** Which part of the study a record serves. */
public enum Fold {
  /** Rows a model is fitted on. */
  TRAIN,
  /** Rows that judge a model between rounds. */
  VALIDATION,
  /** Rows that no round ever sees. */
  TEST;

  static Optional<Fold> of(String text) {
    for (Fold fold : values()) {
      if (fold.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(fold);
      }
    }
    return Optional.empty();
  }
}
