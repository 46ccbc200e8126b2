package org.koinon.peer.dataset;

/**
 * A table, schema or cohort that cannot be used. The message says what is wrong, where (file:line,
 * column) and how to mend it. It never quotes a cell: a log must not hold patient data.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Joins the place, what is wrong there and how to mend it. */
  public DataException(String where, String what, String mend) {
    super(where + ": " + what + ". " + mend + ".");
  }

  /** The same with the fault that was met underneath. */
  public DataException(String where, String what, String mend, Throwable cause) {
    super(where + ": " + what + ". " + mend + ".", cause);
  }

  /** A refusal met at this place of a file. */
  DataException(String where, DataException inner) {
    super(where + ", " + inner.getMessage(), inner);
  }
}
