package org.koinon.federation.ledger;

import org.jspecify.annotations.Nullable;

/** Nobody can tell whether an entry was written: look its key up, then say the same again. */
public final class LedgerOutcomeUnknownException extends LedgerException {
  /** For the entry with this key. */
  public LedgerOutcomeUnknownException(EntryKey key, @Nullable Throwable cause) {
    super(Advice.RETRY, "unknown whether " + key + " was written", cause);
  }
}
