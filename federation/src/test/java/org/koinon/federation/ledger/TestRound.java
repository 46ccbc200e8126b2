package org.koinon.federation.ledger;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;

/** What honest members say in a round: a pure function of what stands on the ledger. */
public final class TestRound {
  private TestRound() {}

  /**
   * The next thing that is said in a study by somebody who speaks, if anything is left to say.
   *
   * @param speaks whom the round hears; the others stay silent
   */
  public static Optional<Said> next(
      LedgerState state, StudyId study, Predicate<MemberId> speaks, MemberId computing) {
    Optional<RoundView> view = Rounds.latest(state, study).filter(v -> v.ending().isEmpty());
    if (view.isEmpty()) {
      Optional<RoundOpened> opening = Rounds.next(state, study);
      return opening.map(opened -> new Said(computing, opened));
    }
    return next(view.get(), speaks, computing);
  }

  private static Optional<Said> next(
      RoundView view, Predicate<MemberId> speaks, MemberId computing) {
    if (view.due().isPresent()) {
      return view.due().map(due -> new Said(computing, due));
    }
    return switch (view.phase().orElseThrow()) {
      case READY ->
          first(view.opened().members(), view.ready().keySet()::contains, speaks)
              .map(say(m -> ready(view, m)));
      case KEYED ->
          first(view.ready().keySet(), view.keyed().keySet()::contains, speaks)
              .map(say(m -> keyed(view, m)));
      case COMMITTED ->
          first(line(view), view.committed().keySet()::contains, speaks)
              .map(say(m -> committed(view, m)));
      case RECEIPTED ->
          first(line(view), view.receipted().keySet()::contains, speaks)
              .map(say(m -> receipted(view, m)));
      case SHARD_RESULT ->
          first(line(view), view.shardResults().keySet()::contains, speaks)
              .map(say(m -> shardResult(view, m)));
      case SEPARATED -> TestGroups.next(view, speaks, computing);
      case ATTESTED ->
          first(view.opened().members(), view.attested().keySet()::contains, speaks)
              .map(say(m -> attested(view, m, Vote.ACCEPT)));
    };
  }

  private static List<MemberId> line(RoundView view) {
    return view.shards().orElseThrow().line();
  }

  private static boolean isMasked(RoundView view) {
    return view.study().privacy().policy().isMasked();
  }

  private static Function<MemberId, Said> say(Function<MemberId, Entry> what) {
    return member -> new Said(member, what.apply(member));
  }

  private static Optional<MemberId> first(
      Iterable<MemberId> expected, Predicate<MemberId> spoke, Predicate<MemberId> speaks) {
    for (MemberId member : expected) {
      if (!spoke.test(member) && speaks.test(member)) {
        return Optional.of(member);
      }
    }
    return Optional.empty();
  }

  /** A member's Ready, with its first snapshots and an update of its own for this round. */
  public static Ready ready(RoundView view, MemberId member) {
    RoundId round = view.opened().id();
    return ready(view, member, TestConsortium.digest("update of " + member + " in " + round));
  }

  /** A member's Ready with that update; under masked policies with a key of its own too. */
  static Ready ready(RoundView view, MemberId member, Digest update) {
    RoundId round = view.opened().id();
    boolean isMasked = isMasked(view);
    WeightMode weights = view.study().privacy().weights();
    boolean isDeclared = weights == WeightMode.PUBLIC || weights == WeightMode.BUCKET;
    return new Ready(
        round.study(),
        round.number(),
        update,
        1,
        1,
        view.study().code(),
        isMasked ? TestConsortium.digest("key of " + member + " in " + round) : null,
        isMasked && isDeclared ? 64 : null);
  }

  /** What a member says that holds the packs of all who are ready. */
  public static Keyed keyed(RoundView view, MemberId member) {
    return keyed(view, member, view.ready().keySet());
  }

  /** What a member says that holds the packs of these. */
  static Keyed keyed(RoundView view, MemberId member, Collection<MemberId> dealers) {
    RoundId round = view.opened().id();
    List<MemberId> ready = List.copyOf(view.ready().keySet());
    BitSet packs = new BitSet();
    dealers.forEach(dealer -> packs.set(ready.indexOf(dealer)));
    packs.set(ready.indexOf(member));
    boolean isGrouped = view.study().privacy().policy() == Policy.GROUP_OPENING;
    return new Keyed(
        round.study(),
        round.number(),
        view.phaseHash(Phase.READY),
        TestConsortium.digest("shares of " + member + " in " + round),
        isGrouped
            ? TestGroups.selfHash(view, member)
            : TestConsortium.digest("self mask of " + member + " in " + round),
        TestConsortium.digest("table of " + member + " in " + round),
        Bitmap.of(packs),
        isGrouped ? TestGroups.commitments(view, member, packs) : null);
  }

  /** A member's commitment. */
  public static Committed committed(RoundView view, MemberId member) {
    RoundId round = view.opened().id();
    return new Committed(
        round.study(),
        round.number(),
        view.phaseHash(isMasked(view) ? Phase.KEYED : Phase.READY),
        TestConsortium.digest("pieces of " + member + " in " + round));
  }

  /** An owner's receipts: every committed member's piece of every shard it owns. */
  public static Receipted receipted(RoundView view, MemberId owner) {
    RoundId round = view.opened().id();
    ShardMap map = view.shards().orElseThrow();
    BitSet places = new BitSet();
    view.committed().keySet().forEach(member -> places.set(map.line().indexOf(member)));
    Bitmap from = Bitmap.of(places);
    List<Receipt> receipts =
        map.owned(owner).stream().map(shard -> new Receipt(shard, from)).toList();
    return new Receipted(round.study(), round.number(), view.phaseHash(Phase.COMMITTED), receipts);
  }

  /** An owner's sums. */
  public static ShardResult shardResult(RoundView view, MemberId owner) {
    RoundId round = view.opened().id();
    List<ShardRoot> roots =
        view.shards().orElseThrow().owned(owner).stream()
            .map(
                shard ->
                    new ShardRoot(shard, TestConsortium.digest("sum of " + shard + " in " + round)))
            .toList();
    return new ShardResult(
        round.study(), round.number(), view.sealed().orElseThrow().bodyDigest(), roots);
  }

  /** What every honest member attests to. */
  public static Attested attested(RoundView view, MemberId member, Vote vote) {
    Attested said = attested(view, vote);
    Unmasked unmasked = said.unmasked();
    return unmasked == null || !view.contributors().contains(member)
        ? said
        : with(said, new Unmasked(unmasked.certificate(), unmasked.released(), checkSums(view)));
  }

  /** What a member attests to that has contributed nothing. */
  public static Attested attested(RoundView view, Vote vote) {
    RoundId round = view.opened().id();
    Attested said =
        new Attested(
            round.study(),
            round.number(),
            view.phaseHash(Phase.ATTESTED.before(view.study().privacy().policy())),
            ModelId.of(TestConsortium.digest("result of " + round)),
            null,
            vote,
            new TreeMap<>());
    Digest certificate = TestConsortium.digest("certificate of " + round);
    Digest released = TestConsortium.digest("seeds of " + round);
    return isMasked(view) ? with(said, new Unmasked(certificate, released, null)) : said;
  }

  /** The same with another account of how the masks came off. */
  static Attested with(Attested said, @Nullable Unmasked unmasked) {
    return new Attested(
        said.study(),
        said.round(),
        said.phase(),
        said.model(),
        said.optimiserState(),
        said.vote(),
        said.evaluation(),
        unmasked);
  }

  private static String checkSums(RoundView view) {
    int bits = view.study().vector().wordBits() + VectorSpec.METRIC_WORD_BITS;
    return "5a".repeat(40 * bits / 8);
  }

  /** Plays the study's next round to its end, undisturbed. */
  public static void play(TestConsortium consortium, VerifiedLog log, StudyId study) {
    int before = Rounds.latest(log, study).map(view -> view.opened().round()).orElse(0);
    RoundId round = new RoundId(study, before + 1);
    while (RoundView.of(log, round).flatMap(RoundView::ending).isEmpty()) {
      Said said = next(log, study, member -> true, consortium.member(0)).orElseThrow();
      consortium.write(log, said.author(), said.entry());
    }
  }
}
