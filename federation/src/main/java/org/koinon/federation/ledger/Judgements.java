package org.koinon.federation.ledger;

import java.util.Optional;
import org.koinon.federation.encoding.Digest;

/**
 * Entries that were judged and found good, each in its place. What {@link LedgerRules} say of an
 * entry follows from its bytes and the entries before it alone, so that a log that is read twice in
 * one process need not be judged twice. Safe for use by several threads.
 */
public interface Judgements {
  /** Remembers nothing. */
  Judgements NONE =
      new Judgements() {
        @Override
        public Optional<SignedEntry> known(Place place) {
          return Optional.empty();
        }

        @Override
        public void remember(Place place, SignedEntry entry) {}
      };

  /**
   * Where an entry stands.
   *
   * @param before all entries before it
   * @param leaf hash of its bytes
   */
  record Place(Seen before, Digest leaf) {}

  /** The entry, if it was judged in that place and nobody was accused for it. */
  Optional<SignedEntry> known(Place place);

  /** It was. */
  void remember(Place place, SignedEntry entry);
}
