package org.koinon.peer.dataset;

/**
 * Something a hospital should know about its cohort that does not stop training.
 *
 * @param kind what was seen
 * @param subject the column or file it was seen in
 * @param sentence the whole finding in words, without any patient's value
 */
public record DataWarning(Kind kind, String subject, String sentence) {
  /** What was seen. */
  public enum Kind {
    /** All labels are equal: training works, a metric that needs two classes does not. */
    ONE_CLASS,
    /** A feature has one value only: it carries no information at this site. */
    CONSTANT_COLUMN,
    /** A feature has no value at all at this site. */
    EMPTY_COLUMN
  }
}
