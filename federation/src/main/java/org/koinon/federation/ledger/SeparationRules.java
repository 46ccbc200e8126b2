package org.koinon.federation.ledger;

import java.util.List;
import java.util.Optional;
import org.koinon.federation.contribution.AttemptHash;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;

/** What may be said of the groups of an opened sum; the phase is open. */
final class SeparationRules {
  private final RoundView view;
  private final AttemptHash hashes;

  SeparationRules(LedgerState state, RoundView view) {
    this.view = view;
    this.hashes = Separation.hashes(state, view);
  }

  /** Whether an entry belongs to a round of this policy. */
  static void policy(RoundView view, GroupEntry entry) {
    LedgerRules.check(
        Phase.of(view.study().privacy().policy()).contains(Phase.SEPARATED),
        Refusal.POLICY_MISMATCH,
        entry.type());
  }

  void check(MemberId author, GroupEntry entry) {
    switch (entry) {
      case Partitioned coin -> partitioned(coin);
      case Separated separated -> separated(author, separated);
    }
  }

  /** Every seed is the one that its owner committed to: there is no second such entry. */
  private void partitioned(Partitioned coin) {
    List<MemberId> members = view.contributors();
    LedgerRules.check(
        coin.opened().equals(view.released().orElseThrow().bodyDigest())
            && coin.selfSeeds().size() == members.size(),
        Refusal.NOT_COMPUTED,
        coin.type());
    var keyed = view.keyed();
    for (int i = 0; i < members.size(); i++) {
      MaskedEntry.Keyed said = keyed.get(members.get(i));
      Digest found = hashes.self(members.get(i), coin.selfSeeds().get(i).bytes());
      LedgerRules.check(
          said != null && said.selfHash().equals(found), Refusal.NOT_COMMITTED, members.get(i));
    }
  }

  /** Just the masks towards members of other groups, each as committed to. */
  private void separated(MemberId author, Separated said) {
    LedgerRules.check(view.contributors().contains(author), Refusal.NOT_EXPECTED, author);
    Separation separation = view.separation().orElseThrow();
    Partitioned coin =
        separation
            .coin()
            .orElseThrow(() -> new RefusedException(Refusal.PHASE_NOT_OPEN, said.type()));
    LedgerRules.check(
        coin.bodyDigest().equals(said.phase()), Refusal.WRONG_VIEW, said.phase().brief());
    List<MemberId> others = separation.across(author);
    LedgerRules.check(
        said.seeds().size() == others.size(),
        Refusal.OTHER_PARTITION,
        said.seeds().size() + " seeds where the groups that were drawn have " + others.size());
    for (int i = 0; i < others.size(); i++) {
      MemberId other = others.get(i);
      MaskSeed seed = said.seeds().get(i);
      Optional<Digest> committed = view.masks().orElseThrow().commitment(author, other);
      LedgerRules.check(
          committed.equals(Optional.of(hashes.pair(author, other, seed.bytes()))),
          Refusal.NOT_COMMITTED,
          other);
    }
  }
}
