package org.koinon.peer.round;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.masking.Beacon;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.masking.Draws;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.CheckedFor;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * Before a member attests to a masked round's result: whether the sums that were opened are those
 * of the contributions (S11, S12). A wrong one is computed anew from the pieces, by so many that
 * one of them is honest, and then counts in its place.
 */
final class Crosscheck {
  /**
   * What is attested to.
   *
   * @param sums of the contributions, masks off: one, or under group-opening one of each group
   * @param unmasked how it came about, with check sums of the silent that this member was drawn for
   * @param checks check sums of the masked sum
   */
  record Checked(List<Blocks> sums, Unmasked unmasked, CheckSums checks) {}

  private final RoundPlan plan;
  private final Desk desk;
  private final ShardLayout layout;
  private final CheckTalk talk;
  private final Beacon beacon;
  private final ShardRepair repair;
  private final ShardSummation summation;

  Crosscheck(RoundContext node, RoundPlan plan, Desk desk, Courier courier, Release.Bare bare) {
    this.plan = plan;
    this.desk = desk;
    RoundView view = desk.vigil().view();
    this.layout = plan.layout(view.shards().orElseThrow());
    Digest opened = view.released().orElseThrow().bodyDigest();
    this.beacon = Beacon.of(plan.attempt(), opened, bare.released().selfSeeds());
    Draws draws = new Draws(beacon, layout.map(), view.contributors());
    Pieces pieces = new Pieces(desk, plan, layout);
    this.talk =
        new CheckTalk(
            new CheckTalk.Terms(plan, layout, view, opened, draws), node, courier, pieces);
    this.repair = new ShardRepair(plan, desk, layout, pieces);
    this.summation = new ShardSummation(desk, plan, layout);
  }

  /** Checks and, where it must be, mends the sum. */
  Checked run(Blocks masked, Release.Bare bare) {
    CheckSums checks = CheckSums.of(beacon, masked);
    talk.speak(Optional.ofNullable(bare.unmasked().checkSums()).map(CheckSums::new));
    var _ = desk.vigil().await(view -> talk.isHeard(), talk.listening());
    Set<Integer> suspects = talk.contradicted();
    if (talk.total().filter(total -> !total.equals(checks)).isPresent()) {
      desk.vigil().note("the check sums of the contributors do not add up to the sum");
      talk.speakOfShards();
      var _ = desk.vigil().await(view -> talk.isHeardOfShards(), talk.listening());
      suspects.addAll(talk.suspects(this::checksOf));
      talk.contradictions().forEach(two -> accuse(two.getFirst().author(), two));
    }
    List<CheckedFor> others = talk.spokenFor();
    Unmasked unmasked = bare.unmasked().with(others);
    if (suspects.isEmpty()) {
      return new Checked(bare.sums(), unmasked, checks);
    }
    boolean isMended = repair.run(suspects);
    Set<Integer> doubted = talk.hasAllShards() ? suspects : repair.anew();
    talk.falseChecks(doubted, beacon).forEach(one -> accuse(one.author(), List.of(one)));
    if (!isMended) {
      return new Checked(bare.sums(), unmasked, checks);
    }
    Blocks mended = join();
    return new Checked(sums(bare, mended), unmasked, CheckSums.of(beacon, mended));
  }

  /** Groups were summed from the pieces themselves: what an owner said does not touch them. */
  private List<Blocks> sums(Release.Bare bare, Blocks mended) {
    if (plan.isGrouped()) {
      return bare.sums();
    }
    int threads = Runtime.getRuntime().availableProcessors();
    return List.of(bare.released().strip(plan.attempt(), layout, mended, threads));
  }

  private void accuse(MemberId accused, List<SignedMessage> messages) {
    Accusations.wrongCheck(plan, desk, accused, messages);
  }

  /** Check sums of a shard's sum as it was opened. */
  private CheckSums checksOf(int shard) {
    Digest opened = Objects.requireNonNull(desk.vigil().view().sums().get(shard));
    ShardSum sum = standing(shard, opened);
    return CheckSums.ofShard(beacon, layout, sum.blocks(), shard);
  }

  private ShardSum standing(int shard, Digest root) {
    return summation
        .gather(shard, root, plan.opened().members())
        .orElseThrow(() -> new IllegalStateException("the sum of shard " + shard + " was here"));
  }

  private Blocks join() {
    RoundView view = desk.vigil().view();
    return Aggregation.join(
        layout,
        view.sums().entrySet().stream()
            .map(
                opened ->
                    repair
                        .mended(opened.getKey())
                        .orElseGet(() -> standing(opened.getKey(), opened.getValue())))
            .toList());
  }
}
