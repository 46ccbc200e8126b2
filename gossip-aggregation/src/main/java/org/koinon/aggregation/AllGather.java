package org.koinon.aggregation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.study.MemberId;

/**
 * Which owner a peer fetches the sum of a shard from: the i-th reader in the shard's line asks
 * owner i mod r first.
 *
 * <p>Every peer of the line stands at every place of it in some shard, so all owners serve the same
 * number of readers over all shards.
 */
public final class AllGather {
  private AllGather() {}

  /**
   * The owners in the order in which the reader asks them; empty if it owns the shard itself.
   *
   * @param roster all peers of the round, of which the line may lack some
   */
  public static List<MemberId> sources(
      ShardMap map, int shard, List<MemberId> roster, MemberId reader) {
    List<MemberId> owners = map.owners(shard);
    List<MemberId> readers = new ArrayList<>(map.line(shard));
    roster.stream().filter(peer -> !map.line().contains(peer)).forEach(readers::add);
    readers.removeAll(owners);
    if (owners.contains(reader)) {
      return List.of();
    }
    int place = readers.indexOf(reader);
    if (place < 0) {
      throw new IllegalArgumentException(reader + " is not in the roster");
    }
    List<MemberId> sources = new ArrayList<>(owners);
    Collections.rotate(sources, -(place % owners.size()));
    return List.copyOf(sources);
  }
}
