package org.koinon.peer.round;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;

/**
 * Computes sums anew that were opened and are in doubt. Those next in a shard's line do it at once,
 * the others after an eighth of the phase; each says on the ledger what it found, and what so many
 * say that one of them is honest counts. Who said otherwise is accused.
 */
final class ShardRepair {
  private static final int PARTS = 16;
  private static final int ALL_AFTER = 2;
  private static final int GIVEN_UP_AFTER = 5;

  private final RoundPlan plan;
  private final Desk desk;
  private final ShardLayout layout;
  private final Pieces pieces;
  private final Map<Integer, ShardSum> anew = new TreeMap<>();
  private final Map<Integer, ShardSum> mended = new TreeMap<>();
  private final Set<Integer> said = new HashSet<>();

  ShardRepair(RoundPlan plan, Desk desk, ShardLayout layout, Pieces pieces) {
    this.plan = plan;
    this.desk = desk;
    this.layout = layout;
    this.pieces = pieces;
  }

  /** Whether any of these shards' sums was wrong and is right now. */
  boolean run(Set<Integer> suspects) {
    desk.vigil().note("computing the sums of shards " + suspects + " anew");
    long start = desk.timeline().now();
    var _ =
        desk.vigil()
            .await(
                view ->
                    isPast(start, GIVEN_UP_AFTER, view)
                        || suspects.stream().allMatch(shard -> decided(shard).isPresent()),
                view -> computeAnew(view, suspects, isPast(start, ALL_AFTER, view)));
    suspects.forEach(this::mend);
    Accusations.wrongSums(plan, desk, suspects);
    return !mended.isEmpty();
  }

  /** The shards that this member computed anew. */
  Set<Integer> anew() {
    return new TreeSet<>(anew.keySet());
  }

  /** The right sum of a shard that was wrong. */
  Optional<ShardSum> mended(int shard) {
    return Optional.ofNullable(mended.get(shard));
  }

  private boolean isPast(long start, int parts, RoundView view) {
    long millis = view.study().deadlines().millis(Phase.ATTESTED);
    return desk.timeline().now() >= start + parts * millis / PARTS;
  }

  private Optional<Digest> decided(int shard) {
    return desk.vigil().ask(view -> view.decided(shard));
  }

  private boolean computeAnew(RoundView view, Set<Integer> suspects, boolean isLate) {
    boolean spoke = false;
    for (int shard : suspects) {
      if (!said.contains(shard) && isMine(view, shard, isLate)) {
        spoke |= computeAnew(view, shard);
      }
    }
    return spoke;
  }

  /** Owners have spoken; those next in line come first. */
  private boolean isMine(RoundView view, int shard, boolean isLate) {
    ShardMap map = layout.map();
    int faults = view.quorum().faults();
    int next = Math.max(faults + 1, 2 * faults + 1 - map.replicas());
    int place = map.line(shard).indexOf(desk.me());
    return isLate || (place >= map.replicas() && place < map.replicas() + next);
  }

  private boolean computeAnew(RoundView view, int shard) {
    Optional<List<Piece>> found = pieces.ofShard(view, shard);
    if (found.isEmpty()) {
      return false;
    }
    ShardSum sum = pieces.sum(shard, found.get());
    anew.put(shard, sum);
    said.add(shard);
    MemberId me = desk.me();
    return layout.map().line().contains(me)
        && !desk.vigil().ask(now -> now.voices(shard)).containsKey(me)
        && desk.vigil()
            .say(
                new ShardResultExtra(
                    plan.study().id(),
                    plan.round().number(),
                    view.phaseHash(Phase.SHARD_RESULT),
                    shard,
                    sum.root()))
            .isEmpty();
  }

  /** What was decided counts; else what this member found itself. */
  private void mend(int shard) {
    Digest opened = desk.vigil().view().sums().get(shard);
    ShardSum own = anew.get(shard);
    Optional<Digest> right = decided(shard).or(() -> Optional.ofNullable(own).map(ShardSum::root));
    if (right.isEmpty() || right.get().equals(opened)) {
      return;
    }
    Optional<ShardSum> sum =
        Optional.ofNullable(own)
            .filter(found -> found.root().equals(right.get()))
            .or(
                () ->
                    new ShardSummation(desk, plan, layout)
                        .gather(shard, right.get(), plan.opened().members()));
    sum.ifPresentOrElse(
        found -> {
          desk.archive().keep(plan.round(), found);
          mended.put(shard, found);
          desk.vigil().note("the sum of shard " + shard + " was wrong and is put right");
        },
        () -> desk.vigil().note("the right sum of shard " + shard + " cannot be had"));
  }
}
