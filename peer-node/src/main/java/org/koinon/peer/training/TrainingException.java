package org.koinon.peer.training;

/** Local training that could not run or did not end in usable numbers; nothing was changed. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what happened and how to mend it. */
  public TrainingException(String sentence) {
    super(sentence);
  }

  /** The same with the fault underneath. */
  public TrainingException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
