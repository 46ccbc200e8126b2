package org.koinon.peer.ledger;

import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LogFault;

/** A log that cannot be an honest one: the node stops and names the entry. */
public final class FaultyLogException extends LedgerException {
  private final transient LogFault fault;

  /**
   * At that fault.
   *
   * @param ledger which ledger, for people
   * @param fault the first entry where it shows
   */
  public FaultyLogException(String ledger, LogFault fault) {
    super(
        Advice.STOP,
        ledger
            + " is not an honest log: "
            + fault.sentence()
            + ". Keep it as it is for the auditor, and restore a copy that verifies.",
        null);
    this.fault = fault;
  }

  /** The first entry where it shows. */
  public LogFault fault() {
    return fault;
  }
}
