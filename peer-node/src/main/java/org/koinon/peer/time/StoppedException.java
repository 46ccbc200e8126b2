package org.koinon.peer.time;

/** The node was told to stop while it waited. */
public final class StoppedException extends RuntimeException {
  /** Without a cause: stopping is no fault. */
  public StoppedException() {
    super("stopped", null, false, false);
  }
}
