package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.masking.Mask;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.study.MemberId;

/**
 * The opened sum comes apart into groups: the coin is shown, the groups follow from it, the masks
 * between them come off on the ledger.
 *
 * <p>The masks within this member's own group are erased before any between groups is released: no
 * second partition can ever be opened.
 */
final class GroupRelease {
  private final RoundContext node;
  private final RoundPlan plan;
  private final Desk desk;
  private final ShardLayout layout;

  GroupRelease(RoundContext node, RoundPlan plan, Desk desk, ShardLayout layout) {
    this.node = node;
    this.plan = plan;
    this.desk = desk;
    this.layout = layout;
  }

  /** Draws, erases, releases, and waits until all have or their time is over. */
  Separation separate(KeyPage.Releasing page, Released released) {
    RoundView drawn =
        desk.vigil()
            .await(
                view -> view.separation().flatMap(Separation::coin).isPresent(),
                view -> desk.vigil().post(coin(view, released)));
    Separation groups = drawn.separation().orElseThrow();
    List<MemberId> others =
        drawn.contributors().contains(desk.me()) ? groups.across(desk.me()) : List.of();
    KeyPage.Releasing between = page.between(others);
    node.journal().keep(plan.round(), plan.attempt(), between);
    if (!groups.isClosed() && between.summed().size() == others.size() && !others.isEmpty()) {
      say(groups, others, between);
    }
    return desk.vigil()
        .await(
            view -> view.separation().filter(Separation::isClosed).isPresent(),
            RoundVigil.Duty.NONE)
        .separation()
        .orElseThrow();
  }

  private Partitioned coin(RoundView view, Released released) {
    SortedMap<MemberId, Seed> seeds = new TreeMap<>(released.selfSeeds());
    List<MaskSeed> inOrder = new ArrayList<>();
    for (MemberId member : view.contributors()) {
      inOrder.add(MaskSeed.of(java.util.Objects.requireNonNull(seeds.get(member)).bytes()));
    }
    return new Partitioned(
        plan.study().id(),
        plan.round().number(),
        view.released().orElseThrow().bodyDigest(),
        inOrder);
  }

  private void say(Separation groups, List<MemberId> others, KeyPage.Releasing page) {
    List<MaskSeed> seeds =
        others.stream()
            .map(other -> java.util.Objects.requireNonNull(page.summed().get(other)))
            .map(seed -> MaskSeed.of(seed.bytes()))
            .toList();
    desk.vigil()
        .say(
            new Separated(
                plan.study().id(),
                plan.round().number(),
                groups.coin().orElseThrow().bodyDigest(),
                seeds))
        .ifPresent(
            refusal ->
                desk.vigil().note("masks between groups were refused: " + refusal.sentence()));
  }

  /** What each group sums to, masks off. */
  List<Blocks> sums(Separation separation, Released released) {
    RoundView view = desk.vigil().view();
    ShardSummation summation = new ShardSummation(desk, plan, layout);
    Partition partition = separation.groups();
    int threads = Runtime.getRuntime().availableProcessors();
    List<Blocks> sums = new ArrayList<>();
    for (List<MemberId> group : partition.groups()) {
      List<Mask> masks = Masks.leftOver(plan.attempt(), group, released, separation.crossSeeds());
      sums.add(Masks.strip(layout, summation.sumOf(view, group), masks, threads));
    }
    return sums;
  }
}
