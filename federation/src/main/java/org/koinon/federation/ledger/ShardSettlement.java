package org.koinon.federation.ledger;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.study.MemberId;

/**
 * What the shards of a masked round sum to, on record (R6, widened).
 *
 * <p>A shard is settled when r distinct members say the same and nobody says otherwise; whoever is
 * silent is replaced by the rest of the shard's line. Where they differ, others of the line compute
 * the sum anew from the pieces, and the root that f+1 of them say, two at least, stands. The same
 * number puts right a sum that was opened and is wrong.
 */
final class ShardSettlement {
  private final ShardMap map;
  private final int faults;
  private final Map<Integer, SequencedMap<MemberId, Digest>> said = new TreeMap<>();

  ShardSettlement(ShardMap map, int faults, SequencedMap<MemberId, SignedEntry> results) {
    this.map = map;
    this.faults = faults;
    for (int shard = 0; shard < map.shards(); shard++) {
      said.put(shard, new LinkedHashMap<>());
    }
    results.forEach(
        (owner, entry) -> {
          for (ShardRoot root : ((ShardResult) entry.entry()).roots()) {
            said(root.shard()).put(owner, root.root());
          }
        });
  }

  /** Reads what came for shards that their owners left open or disagree on. */
  void addExtras(RoundLog log) {
    for (int shard = 0; shard < map.shards(); shard++) {
      if (root(shard).isPresent()) {
        continue;
      }
      Map<MemberId, Digest> roots = said(shard);
      for (MemberId member : map.line(shard)) {
        log.extraSum(member, shard).ifPresent(root -> roots.putIfAbsent(member, root));
      }
    }
  }

  /** Who said what of a shard; of one that there is not, nobody. */
  SequencedMap<MemberId, Digest> said(int shard) {
    return said.getOrDefault(shard, new LinkedHashMap<>());
  }

  /** The same with all that came later, after the sums were opened too. */
  SequencedMap<MemberId, Digest> voices(RoundLog log, int shard) {
    SequencedMap<MemberId, Digest> voices = new LinkedHashMap<>(said(shard));
    if (said.containsKey(shard)) {
      for (MemberId member : map.line(shard)) {
        log.extraSum(member, shard).ifPresent(root -> voices.putIfAbsent(member, root));
      }
    }
    return voices;
  }

  /** The root that so many say that one of them is honest, if there is one. */
  Optional<Digest> decided(Map<MemberId, Digest> voices) {
    return most(voices.values(), Math.max(2, faults + 1));
  }

  private static Optional<Digest> most(Collection<Digest> roots, int needed) {
    Map<Digest, Integer> votes = new HashMap<>();
    roots.forEach(root -> votes.merge(root, 1, Integer::sum));
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() >= needed)
        .map(Map.Entry::getKey)
        .min(Comparator.naturalOrder());
  }

  /** The root of the shard's sum that stands, if it is settled. */
  Optional<Digest> root(int shard) {
    Collection<Digest> roots = said(shard).values();
    boolean isDisputed = new HashSet<>(roots).size() > 1;
    return most(roots, isDisputed ? Math.max(2, faults + 1) : map.replicas());
  }

  /** The shards that have a result, with it. */
  Map<Integer, Digest> settled() {
    Map<Integer, Digest> settled = new TreeMap<>();
    said.keySet().forEach(shard -> root(shard).ifPresent(root -> settled.put(shard, root)));
    return settled;
  }

  /** Shards on which members differ, settled or not. */
  Set<Integer> disputed() {
    Set<Integer> disputed = new TreeSet<>();
    said.forEach(
        (shard, roots) -> {
          if (new HashSet<>(roots.values()).size() > 1) {
            disputed.add(shard);
          }
        });
    return disputed;
  }
}
