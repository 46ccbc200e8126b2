package org.koinon.federation.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A state that is asked once per key: for one judgement, during which nothing changes. */
final class ReadOnce implements LedgerState {
  private final LedgerState state;
  private final Map<EntryKey, Optional<SignedEntry>> known = new HashMap<>();

  ReadOnce(LedgerState state) {
    this.state = state;
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    return known.computeIfAbsent(key, state::get);
  }
}
