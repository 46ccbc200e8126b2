package org.koinon.aggregation.masking;

import static org.koinon.aggregation.masking.VectorText.row;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.koinon.federation.contribution.AttemptHash;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.contribution.MaskGraph;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

/**
 * The golden vectors of how a crowd comes apart into groups.
 *
 * @param attempt whose context is hashed
 * @param coin the beacon's value
 */
record PartitionVectors(Attempt attempt, Digest coin) {
  List<Object> all() {
    return List.of(partition(2, 2), partition(3, 3), sparsePartition());
  }

  private static List<MemberId> crowd(int size) {
    return IntStream.range(0, size).mapToObj(i -> new MemberId("crowd-%02d".formatted(i))).toList();
  }

  /** Who masks with whom in a crowd: all, but these pairs. */
  private static MaskGraph masks(List<MemberId> crowd, List<List<Integer>> without) {
    Map<MemberId, Bitmap> packs = new LinkedHashMap<>();
    for (int i = 0; i < crowd.size(); i++) {
      BitSet held = new BitSet();
      for (int j = 0; j < crowd.size(); j++) {
        held.set(j, !without.contains(List.of(i, j)) && !without.contains(List.of(j, i)));
      }
      packs.put(crowd.get(i), Bitmap.of(held));
    }
    return new MaskGraph(crowd, packs, 1, 0);
  }

  private Object partition(int count, int least) {
    return partition(crowd(3 * count + 1), List.of(), count, least);
  }

  private Object sparsePartition() {
    return partition(
        crowd(9), List.of(List.of(0, 1), List.of(0, 2), List.of(3, 8), List.of(4, 5)), 3, 3);
  }

  private Object partition(
      List<MemberId> crowd, List<List<Integer>> without, int count, int least) {
    AttemptHash hashes = new AttemptHash(attempt.context(), crowd);
    Partition groups = Partition.draw(hashes, coin, crowd, masks(crowd, without), count, least);
    return row(
        "members",
        crowd.stream().map(MemberId::value).toList(),
        "beacon",
        coin.hex(),
        "noMask",
        without,
        "count",
        count,
        "least",
        least,
        "groups",
        names(groups));
  }

  private static List<List<String>> names(Partition groups) {
    return groups.groups().stream()
        .map(group -> group.stream().map(MemberId::value).toList())
        .toList();
  }
}
