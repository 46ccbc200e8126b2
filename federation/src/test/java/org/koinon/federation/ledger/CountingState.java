package org.koinon.federation.ledger;

import java.util.Optional;

/**
 * A state that counts what a rule reads. It is a {@link LedgerState} and nothing more, so a rule
 * that got through on it can run as chaincode.
 */
public final class CountingState implements LedgerState {
  private final LedgerState state;
  private int reads;

  /** Counts the reads of that state. */
  public CountingState(LedgerState state) {
    this.state = state;
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    reads++;
    return state.get(key);
  }

  /** How many keys were read, repetitions included. */
  public int reads() {
    return reads;
  }
}
