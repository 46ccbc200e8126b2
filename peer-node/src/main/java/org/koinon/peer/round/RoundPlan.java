package org.koinon.peer.round;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Holders;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.Seat;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
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

  boolean isMasked() {
    return study.privacy().policy().isMasked();
  }

  /** Whether the sum comes apart into groups. */
  boolean isGrouped() {
    return Phase.of(study.privacy().policy()).contains(Phase.SEPARATED);
  }

  /** The phase in which the masks come off. */
  Phase unmasking() {
    return isGrouped() ? Phase.SEPARATED : Phase.ATTESTED;
  }

  /** The round as an attempt at a private sum. */
  Attempt attempt() {
    return new Attempt(context, opened.members());
  }

  /** Who holds shares; once the ready members are known. */
  Holders holders(RoundView view) {
    return new Holders(attempt(), List.copyOf(view.ready().keySet()), view.threshold());
  }

  /** With which keys members sign. */
  Map<MemberId, PublicKey> keys() {
    return opened.roster().stream().collect(Collectors.toMap(Seat::member, Seat::key));
  }

  ShardLayout layout(ShardMap shards) {
    return new ShardLayout(context, study.vector(), shards);
  }
}
