package org.koinon.peer.node;

import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Refusal;

/** The ledger refused what a member said; the message says which rule. */
public final class RefusedEntryException extends RuntimeException {
  private final Refusal refusal;

  /** For the entry with this key. */
  public RefusedEntryException(EntryKey key, Admission.Refused refused) {
    super(
        "the ledger refuses "
            + key
            + ": "
            + refused.refusal().sentence()
            + " ("
            + refused.refusal()
            + ", "
            + refused.detail()
            + ")");
    this.refusal = refused.refusal();
  }

  /** The rule. */
  public Refusal refusal() {
    return refusal;
  }
}
