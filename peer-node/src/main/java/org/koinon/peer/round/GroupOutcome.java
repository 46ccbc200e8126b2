package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.GroupMedian;
import org.koinon.aggregation.RoundResult;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.Study;

/** What the opened groups make of the base, and what the operator is told of them. */
final class GroupOutcome {
  private GroupOutcome() {}

  /**
   * The result.
   *
   * @param sums of the groups, in their order
   * @param notes takes sentences: groups are named, never members
   */
  static RoundResult of(RoundPlan plan, RoundView view, List<Blocks> sums, Consumer<String> notes) {
    Study study = plan.study();
    Partition partition = view.separation().orElseThrow().groups();
    List<GroupMedian.Sum> groups = new ArrayList<>();
    for (int group = 0; group < sums.size(); group++) {
      groups.add(new GroupMedian.Sum(partition.groups().get(group).size(), sums.get(group)));
    }
    Optional<GroupMedian> median = GroupMedian.of(study, groups);
    median.stream()
        .flatMap(found -> found.verdicts().stream())
        .filter(GroupMedian.Verdict::isOutvoted)
        .forEach(verdict -> notes.accept(verdict.sentence(groups.size())));
    return median
        .map(found -> RoundResult.of(study, plan.base(), found))
        .orElseGet(() -> RoundResult.ofTooFewGroups(study, groups.size()));
  }
}
