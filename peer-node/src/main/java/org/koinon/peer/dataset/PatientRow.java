package org.koinon.peer.dataset;

/** One record: never printed, never leaves this package. */
final class PatientRow {
  final RecordId id;
  final Fold fold;
  final boolean positive;

  /** One number for each schema column: value, level, or NaN when missing or ignored. */
  final double[] values;

  PatientRow(RecordId id, Fold fold, boolean positive, double[] values) {
    this.id = id;
    this.fold = fold;
    this.positive = positive;
    this.values = values;
  }
}
