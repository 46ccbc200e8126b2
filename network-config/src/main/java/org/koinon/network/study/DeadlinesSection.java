package org.koinon.network.study;

import java.time.Duration;
import org.koinon.federation.study.Deadlines;
import org.koinon.network.yaml.Default;

/**
 * The section {@code deadlines} of a study file; the second deadline of a phase is twice the first.
 *
 * @param ready training included
 * @param exchange of each phase in which shards move
 * @param attested validation included
 */
public record DeadlinesSection(
    @Default("10m") Duration ready,
    @Default("5m") Duration exchange,
    @Default("5m") Duration attested) {
  /** Checks the ranges, as the ledger will. */
  public DeadlinesSection {
    var _ = new Deadlines(ready.toMillis(), exchange.toMillis(), attested.toMillis());
  }

  /** The terms on the ledger. */
  Deadlines terms() {
    return new Deadlines(ready.toMillis(), exchange.toMillis(), attested.toMillis());
  }
}
