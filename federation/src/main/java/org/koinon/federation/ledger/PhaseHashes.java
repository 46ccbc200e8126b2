package org.koinon.federation.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.round.Phase;

/** The hashes of what a round's phases counted, each computed when it is first asked for. */
final class PhaseHashes {
  private volatile Map<Phase, Digest> known = Map.of();

  /** Of entries, in their order. */
  static List<Digest> digests(Collection<SignedEntry> entries) {
    return entries.stream().map(SignedEntry::digest).toList();
  }

  /** Of a phase; several threads may compute the same. */
  Digest of(Phase phase, Function<Phase, List<Digest>> counted) {
    Digest before = known.get(phase);
    if (before != null) {
      return before;
    }
    Digest hash = LedgerRules.phaseHash(counted.apply(phase));
    Map<Phase, Digest> more = new HashMap<>(known);
    more.put(phase, hash);
    known = Map.copyOf(more);
    return hash;
  }
}
