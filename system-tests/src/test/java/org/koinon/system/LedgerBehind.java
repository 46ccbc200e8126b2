package org.koinon.system;

import java.util.List;
import java.util.Optional;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.SignedEntry;

/** A ledger as another shows it; who implements it says what is different. */
interface LedgerBehind extends Ledger {
  /** The other. */
  Ledger ledger();

  @Override
  default Admission append(SignedEntry entry) {
    return ledger().append(entry);
  }

  @Override
  default long size() {
    return ledger().size();
  }

  @Override
  default List<byte[]> read(long from, int max) {
    return ledger().read(from, max);
  }

  @Override
  default Optional<SignedEntry> get(EntryKey key) {
    return ledger().get(key);
  }

  @Override
  default void close() {
    ledger().close();
  }
}
