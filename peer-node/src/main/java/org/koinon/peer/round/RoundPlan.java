package org.koinon.peer.round;

import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.ShardLayout;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.Study;

/**
 * What a round is: its terms and where it begins.
 *
 * @param opened the entry that opened it
 * @param study its terms
 * @param base model and optimiser state that it begins from
 * @param context what all its hashes are bound to
 */
public record RoundPlan(RoundOpened opened, Study study, RoundResult.Base base, Digest context) {
  /** The round. */
  public RoundId round() {
    return opened.id();
  }

  ShardLayout layout(ShardMap shards) {
    return new ShardLayout(context, study.vector(), shards);
  }
}
