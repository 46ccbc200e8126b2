package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.GroupMedian;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Masks;
import org.koinon.aggregation.masking.Released;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.study.MemberId;

/**
 * Sums the groups of a round again from masked pieces, takes off what was released, and combines
 * them: no sum over fewer members than a group appears.
 *
 * <p>That the groups are those of the coin, and the seeds those that were committed to, the
 * ledger's rules have checked when its entries were replayed.
 */
final class GroupAudit {
  private static final String GROUPS = "groups";

  private final RoundView view;
  private final ShardLayout layout;
  private final Separation separation;
  private final Partition partition;
  private final RecomputeNotes notes;
  private final List<List<ShardSum>> sums = new ArrayList<>();

  GroupAudit(RoundView view, ShardLayout layout, Separation separation, RecomputeNotes notes) {
    this.view = view;
    this.layout = layout;
    this.separation = separation;
    this.partition = separation.groups();
    this.notes = notes;
    partition.groups().forEach(group -> sums.add(new ArrayList<>()));
  }

  /** The pieces of a shard that are there, each as its contributor committed to. */
  void take(int shard, List<Piece> pieces) {
    for (int group = 0; group < sums.size(); group++) {
      List<MemberId> members = partition.groups().get(group);
      List<Piece> own =
          pieces.stream().filter(piece -> members.contains(piece.contributor())).toList();
      if (own.size() == members.size()) {
        sums.get(group).add(ShardSum.of(layout, shard, own, null));
      }
    }
  }

  /** What follows from the groups, if every piece was there. */
  Optional<RoundResult> result(RoundResult.Base base, Released released) {
    if (sums.stream().anyMatch(group -> group.size() < layout.shards())) {
      return Optional.empty(); // the pieces that lack are noted
    }
    List<GroupMedian.Sum> groups = new ArrayList<>();
    for (int group = 0; group < sums.size(); group++) {
      groups.add(bare(group, released));
    }
    Optional<GroupMedian> median = GroupMedian.of(view.study(), groups);
    notes.holds(
        GROUPS,
        separation.drawn().orElseThrow().groups().size()
            + " groups of at least "
            + (view.colluders() + 2)
            + " members were drawn by the coin, "
            + groups.size()
            + " sums were opened");
    median.stream()
        .flatMap(found -> found.verdicts().stream())
        .filter(GroupMedian.Verdict::isOutvoted)
        .forEach(verdict -> notes.holds(GROUPS, verdict.sentence(groups.size())));
    return Optional.of(
        median
            .map(found -> RoundResult.of(view.study(), base, found))
            .orElseGet(() -> RoundResult.ofTooFewGroups(view.study(), groups.size())));
  }

  private GroupMedian.Sum bare(int group, Released released) {
    Attempt attempt = new Attempt(layout.context(), view.opened().members());
    List<MemberId> members = partition.groups().get(group);
    Blocks masked = Aggregation.join(layout, sums.get(group));
    var masks = Masks.leftOver(attempt, members, released, separation.crossSeeds());
    int threads = Runtime.getRuntime().availableProcessors();
    return new GroupMedian.Sum(members.size(), Masks.strip(layout, masked, masks, threads));
  }
}
