package org.koinon.federation.ledger;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.koinon.federation.contribution.AttemptHash;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;

/** What honest members say where groups are opened: seeds that follow from names. */
final class TestGroups {
  /** {@link TestConsortium#ofHospitals}. */
  private static final ConsortiumId LEAGUE = new ConsortiumId("league");

  private TestGroups() {}

  static AttemptHash hashes(RoundView view) {
    return new AttemptHash(view.opened().context(LEAGUE), view.opened().members());
  }

  private static MaskSeed seed(String name) {
    return MaskSeed.of(Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).bytes());
  }

  static MaskSeed self(RoundId round, MemberId member) {
    return seed("b of " + member + " in " + round);
  }

  static MaskSeed pair(RoundId round, MemberId one, MemberId other) {
    boolean inOrder = one.compareTo(other) < 0;
    return seed(
        "s of " + (inOrder ? one : other) + " and " + (inOrder ? other : one) + " in " + round);
  }

  static Digest selfHash(RoundView view, MemberId member) {
    return hashes(view).self(member, self(view.opened().id(), member).bytes());
  }

  /** To the masks with those in the bitmap of ready members, but the member itself. */
  static List<Digest> commitments(RoundView view, MemberId member, BitSet packs) {
    List<MemberId> ready = List.copyOf(view.ready().keySet());
    return packs.stream()
        .mapToObj(ready::get)
        .filter(other -> !other.equals(member))
        .map(
            other ->
                hashes(view).pair(member, other, pair(view.opened().id(), member, other).bytes()))
        .toList();
  }

  static Partitioned coin(RoundView view) {
    RoundId round = view.opened().id();
    return new Partitioned(
        round.study(),
        round.number(),
        view.released().orElseThrow().bodyDigest(),
        view.contributors().stream().map(member -> self(round, member)).toList());
  }

  static Separated separated(RoundView view, MemberId member) {
    return separated(view, member, view.separation().orElseThrow().across(member));
  }

  /** What takes off the masks with these. */
  static Separated separated(RoundView view, MemberId member, List<MemberId> others) {
    RoundId round = view.opened().id();
    return new Separated(
        round.study(),
        round.number(),
        view.separation().flatMap(Separation::coin).orElseThrow().bodyDigest(),
        others.stream().map(other -> pair(round, member, other)).toList());
  }

  static Optional<Said> next(RoundView view, Predicate<MemberId> speaks, MemberId computing) {
    Separation separation = view.separation().orElseThrow();
    if (separation.coin().isEmpty()) {
      return Optional.of(new Said(computing, coin(view)));
    }
    return view.contributors().stream()
        .filter(member -> !separation.separated().contains(member))
        .filter(speaks)
        .findFirst()
        .map(member -> new Said(member, separated(view, member)));
  }
}
