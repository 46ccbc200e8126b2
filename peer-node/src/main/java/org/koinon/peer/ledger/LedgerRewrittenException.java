package org.koinon.peer.ledger;

import org.koinon.federation.ledger.LedgerException;

/**
 * LEDGER_REWRITTEN: the ledger is not a continuation of what this node verified earlier. Entries
 * were changed or cut, or it is another ledger.
 */
public final class LedgerRewrittenException extends LedgerException {
  /** With what differs. */
  LedgerRewrittenException(String what) {
    super(
        Advice.STOP,
        "LEDGER_REWRITTEN: "
            + what
            + ". Keep the ledger as it is for the auditor, compare it with the other members'"
            + " checkpoints, and restore the one that they agree on",
        null);
  }
}
