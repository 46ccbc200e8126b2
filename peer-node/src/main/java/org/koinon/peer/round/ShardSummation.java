package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.AllGather;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;

/**
 * Step 8, first half: the owners sum their shards, everybody gathers the sums by their roots (R6).
 */
final class ShardSummation {
  private final RoundPlan plan;
  private final Desk desk;
  private final ShardLayout layout;
  private final Pieces pieces;

  ShardSummation(Desk desk, RoundPlan plan, ShardLayout layout) {
    this.plan = plan;
    this.desk = desk;
    this.layout = layout;
    this.pieces = new Pieces(desk, plan, layout);
  }

  /** A duty in phase ShardResult: says what this owner's shards sum to, or what is left over. */
  boolean sum(RoundView view) {
    if (view.phase().filter(phase -> phase == Phase.SHARD_RESULT).isEmpty()) {
      return false;
    }
    return view.isLate() ? sumLate(view) : sumOwned(view);
  }

  private boolean sumOwned(RoundView view) {
    MemberId me = desk.me();
    if (!layout.map().line().contains(me) || view.shardResults().containsKey(me)) {
      return false;
    }
    List<Integer> owned = layout.map().owned(me);
    List<ShardRoot> roots = new ArrayList<>();
    for (int shard : owned) {
      sumOf(view, shard).ifPresent(sum -> roots.add(new ShardRoot(sum.shard(), sum.root())));
    }
    boolean complete = roots.size() == owned.size();
    if (!complete && (roots.isEmpty() || !desk.vigil().isHalfOver(view, Phase.SHARD_RESULT))) {
      return false;
    }
    return desk.vigil()
        .say(
            new ShardResult(
                plan.study().id(),
                plan.round().number(),
                view.sealed().orElseThrow().bodyDigest(),
                roots))
        .isEmpty();
  }

  private boolean sumLate(RoundView view) {
    boolean said = false;
    for (int shard = 0; shard < layout.shards(); shard++) {
      if (view.sums().containsKey(shard) || !mayStandIn(view, shard)) {
        continue;
      }
      Optional<ShardSum> sum = sumOf(view, shard);
      said |=
          sum.isPresent()
              && desk.vigil()
                  .say(
                      new ShardResultExtra(
                          plan.study().id(),
                          plan.round().number(),
                          view.sealed().orElseThrow().bodyDigest(),
                          shard,
                          sum.get().root()))
                  .isEmpty();
    }
    return said;
  }

  /**
   * Whether this member computes a shard anew that has no result. Under masked policies those next
   * in the shard's line do it first; the rest, if that brings nothing.
   */
  private boolean mayStandIn(RoundView view, int shard) {
    if (!plan.isMasked()) {
      return view.contributors().contains(desk.me());
    }
    ShardMap map = layout.map();
    int faults = view.quorum().faults();
    int next = Math.max(faults + 1, 2 * faults + 1 - map.replicas());
    long half = plan.study().deadlines().millis(Phase.SHARD_RESULT) / 2;
    boolean isLast =
        desk.timeline().now() >= desk.vigil().deadline(view, Phase.SHARD_RESULT) + half;
    int place = map.line(shard).indexOf(desk.me());
    return place >= 0
        && (isLast || place < map.replicas() + next)
        && !view.sumsSaid(shard).containsKey(desk.me());
  }

  /** Puts on record, once, that a piece cannot be had from whoever gave a receipt for it. */
  private void complain(RoundView view, MemberId contributor, int shard) {
    if (!plan.isMasked() || !desk.vigil().isHalfOver(view, Phase.SHARD_RESULT)) {
      return;
    }
    // Others vouch for a piece; its contributor is named where nobody else did.
    view.receiptGivers(contributor, shard).stream()
        .filter(holder -> !holder.equals(desk.me()))
        .min(Comparator.comparing(contributor::equals))
        .ifPresent(
            holder -> {
              var _ =
                  desk.vigil()
                      .say(
                          new Missing(
                              plan.study().id(),
                              plan.round().number(),
                              view.sealed().orElseThrow().bodyDigest(),
                              contributor,
                              shard,
                              holder));
            });
  }

  /** The sum of a shard over the sealed set, from pieces here and, if some lack, at others. */
  private Optional<ShardSum> sumOf(RoundView view, int shard) {
    List<Piece> found = new ArrayList<>();
    for (MemberId contributor : view.sealed().orElseThrow().contributors()) {
      Optional<Piece> piece = pieces.piece(view, contributor, shard);
      if (piece.isEmpty()) {
        complain(view, contributor, shard);
        return Optional.empty();
      }
      found.add(piece.get());
    }
    ShardSum sum = pieces.sum(shard, found);
    desk.archive().keep(plan.round(), sum);
    return Optional.of(sum);
  }

  /**
   * Whether this member holds every masked piece of the sum: what groups are summed from. Fetched
   * from owners and contributors, each shard on its own.
   */
  boolean holdsAll(RoundView view) {
    List<Runnable> tasks = new ArrayList<>();
    Set<Integer> whole = ConcurrentHashMap.newKeySet();
    for (int shard = 0; shard < layout.shards(); shard++) {
      int number = shard;
      tasks.add(
          () -> {
            if (view.contributors().stream().allMatch(member -> isHere(view, member, number))) {
              whole.add(number);
            }
          });
    }
    desk.timeline().all(tasks);
    return whole.size() == layout.shards();
  }

  private boolean isHere(RoundView view, MemberId contributor, int shard) {
    return desk.archive().holds(view.committedRoot(contributor), shard)
        || pieces.piece(view, contributor, shard).isPresent();
  }

  /** What some contributors' masked pieces sum to, over all shards; they are all here. */
  Blocks sumOf(RoundView view, List<MemberId> group) {
    List<ShardSum> sums = new ArrayList<>();
    for (int shard = 0; shard < layout.shards(); shard++) {
      List<Piece> found = new ArrayList<>();
      for (MemberId member : group) {
        found.add(
            desk.archive()
                .piece(plan.round(), layout, member, shard, view.committedRoot(member))
                .orElseThrow(
                    () -> new IllegalStateException("a piece of " + member + " was deleted")));
      }
      sums.add(ShardSum.of(layout, shard, found, null));
    }
    return Aggregation.join(layout, sums);
  }

  /** The sums of all shards, once they can be had; fetched by the rule that spreads the readers. */
  Optional<List<ShardSum>> gather(RoundView view) {
    Map<Integer, ShardSum> sums = new TreeMap<>();
    List<MemberId> roster = view.opened().members();
    boolean isOpened = view.released().isPresent();
    Map<Integer, Digest> roots = isOpened ? desk.vigil().ask(RoundView::standing) : view.sums();
    desk.timeline()
        .all(
            roots.entrySet().stream()
                .<Runnable>map(
                    entry ->
                        () -> {
                          int shard = entry.getKey();
                          gather(shard, entry.getValue(), roster)
                              .ifPresent(
                                  sum -> {
                                    synchronized (sums) {
                                      sums.put(shard, sum);
                                    }
                                  });
                        })
                .toList());
    return sums.size() == layout.shards()
        ? Optional.of(List.copyOf(sums.values()))
        : Optional.empty();
  }

  /** The sum of a shard with that root, from here or from whoever has it. */
  Optional<ShardSum> gather(int shard, Digest root, List<MemberId> roster) {
    Optional<ShardSum> here = desk.archive().sum(plan.round(), layout, shard, root);
    if (here.isPresent()) {
      return here;
    }
    ShardMap map = layout.map();
    Set<MemberId> holders = new LinkedHashSet<>(AllGather.sources(map, shard, roster, desk.me()));
    holders.addAll(map.owners(shard));
    holders.addAll(map.line());
    holders.remove(desk.me());
    for (MemberId holder : holders) {
      Optional<ShardSum> sum =
          desk.peers()
              .fetch(holder, RoundArchive.sumAddress(root, shard), layout.encodedSizeMax(shard))
              .flatMap(bytes -> decode(bytes, shard, root));
      if (sum.isPresent()) {
        desk.archive().keep(plan.round(), sum.get());
        return sum;
      }
    }
    return Optional.empty();
  }

  private Optional<ShardSum> decode(byte[] bytes, int shard, Digest root) {
    try {
      ShardSum sum = ShardSum.decode(layout, bytes);
      return sum.shard() == shard && sum.root().equals(root) ? Optional.of(sum) : Optional.empty();
    } catch (FormatException e) {
      return Optional.empty();
    }
  }
}
