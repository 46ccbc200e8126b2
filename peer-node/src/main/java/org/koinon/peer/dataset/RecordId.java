package org.koinon.peer.dataset;

/**
 * Names one record inside one hospital, so that consent can be looked up: the record-id column's
 * text, or the 0-based number of the data line where the schema names no such column.
 */
public record RecordId(String value) {
  /** Longest accepted id, in characters. */
  public static final int MAX_CHARS = 256;

  /** Refuses an empty or over-long id. */
  public RecordId {
    if (value.isBlank() || value.length() > MAX_CHARS) {
      throw new IllegalArgumentException("A record id has 1 to " + MAX_CHARS + " characters");
    }
  }
}
