package org.koinon.aggregation.masking;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

/**
 * Who checks what of a sum that was opened, by the beacon's lot: one shard that somebody who does
 * not own it computes anew, and for every silent contributor who states its check sums.
 *
 * <p>A draw is an order. The first of it acts; only if nothing comes of that the second, and so on
 * for at most {@link #PLACES}.
 *
 * @param beacon the coin
 * @param map the shards and their owners
 * @param contributors the members of the sum
 */
public record Draws(Beacon beacon, ShardMap map, List<MemberId> contributors) {
  /** So many of an order count. */
  public static final int PLACES = 4;

  /** Copies. */
  public Draws {
    contributors = List.copyOf(contributors);
  }

  /** The shard that is computed anew. */
  public int shard() {
    return beacon.pick("shard", map.shards());
  }

  /** Who does it: members of the sum that do not own it; nobody where all of them do. */
  public List<MemberId> recomputers() {
    List<MemberId> owners = map.owners(shard());
    return order("recompute", member -> !owners.contains(member));
  }

  /** Who states the check sums of a member of the sum that does not state them itself. */
  public List<MemberId> checkers(MemberId silent) {
    return order("check/" + silent, member -> !member.equals(silent));
  }

  private List<MemberId> order(String purpose, Predicate<MemberId> isFit) {
    SortedMap<Digest, MemberId> byLot = new TreeMap<>();
    contributors.stream()
        .filter(isFit)
        .forEach(member -> byLot.put(beacon.lot(purpose, member), member));
    return byLot.values().stream().limit(PLACES).toList();
  }
}
