package org.koinon.federation.ledger;

import java.util.Optional;

/**
 * What a rule may know of a ledger: the entry that stands under a key, and nothing else. No
 * iteration, no position, no clock, so that every rule can run as chaincode.
 */
@FunctionalInterface
public interface LedgerState {
  /** The entry under the key, if one was admitted. */
  Optional<SignedEntry> get(EntryKey key);

  /** The body of that type under the key, if it stands and is of that type. */
  default <T extends Entry> Optional<T> body(Class<T> type, EntryKey key) {
    return get(key).map(SignedEntry::entry).filter(type::isInstance).map(type::cast);
  }
}
