package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.GroupMedian;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.Words;
import org.koinon.aggregation.masking.Seed;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.study.MemberId;

/** What members of a {@link MaskedArchive} say and compute where groups are opened. */
final class GroupedSums {
  private GroupedSums() {}

  /** To the member's masks with all others, in order. */
  static List<Digest> commitments(MaskedArchive study, MemberId member) {
    List<Digest> commitments = new ArrayList<>();
    study
        .secret(member)
        .edges()
        .forEach(
            (other, seed) ->
                commitments.add(study.attempt().hashes().pair(member, other, seed.bytes())));
    return commitments;
  }

  static Partitioned coin(MaskedArchive study) {
    RoundView view = study.view();
    return new Partitioned(
        view.opened().study(),
        view.opened().round(),
        view.released().orElseThrow().bodyDigest(),
        view.contributors().stream()
            .map(member -> open(study.secret(member).dealing().self()))
            .toList());
  }

  static Separated separated(MaskedArchive study, MemberId member) {
    RoundView view = study.view();
    Separation separation = view.separation().orElseThrow();
    return new Separated(
        view.opened().study(),
        view.opened().round(),
        separation.coin().orElseThrow().bodyDigest(),
        separation.across(member).stream()
            .map(other -> open(Objects.requireNonNull(study.secret(member).edges().get(other))))
            .toList());
  }

  private static MaskSeed open(Seed seed) {
    return MaskSeed.of(seed.bytes());
  }

  /** What these groups give, from the updates in the clear: no mask takes part. */
  static RoundResult result(MaskedArchive study, ModelFile base, Partition partition) {
    List<GroupMedian.Sum> sums = new ArrayList<>();
    for (List<MemberId> group : partition.groups()) {
      List<Blocks> updates = group.stream().map(member -> study.secret(member).update()).toList();
      Words model = Words.sum(updates.stream().map(Blocks::model).toList());
      Words metrics = Words.sum(updates.stream().map(Blocks::metrics).toList());
      sums.add(new GroupMedian.Sum(group.size(), new Blocks(model, metrics)));
    }
    Optional<GroupMedian> median = GroupMedian.of(study.study(), sums);
    return median
        .map(found -> RoundResult.of(study.study(), new RoundResult.Base(base, null), found))
        .orElseGet(() -> RoundResult.ofTooFewGroups(study.study(), sums.size()));
  }
}
