package org.koinon.aggregation.masking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardLayout;
import org.koinon.federation.contribution.CrossSeed;
import org.koinon.federation.study.MemberId;

/**
 * The masks of one contribution, those left in a sum, and putting them on and taking them off.
 *
 * <p>A mask's stream: AES-256-CTR, key KDF(seed, "prg", "", 32), first counter block u32 shard, u32
 * block, u64 0, read as little-endian words of the block's ring. Each shard and block has its own,
 * so a shard is masked and stripped by itself.
 */
public final class Masks {
  private Masks() {}

  /**
   * A pair mask that stays in the sum because one end is not in it.
   *
   * @param member the end in the sum
   * @param dropped the end outside
   * @param seed s_ij
   */
  public record LooseEnd(MemberId member, MemberId dropped, Seed seed) {}

  /**
   * What a member adds to its vector: its self mask and one mask for every edge.
   *
   * @param self b
   * @param edges s_ij by the other end
   */
  public static List<Mask> of(Attempt attempt, MemberId me, Seed self, Map<MemberId, Seed> edges) {
    List<Mask> masks = new ArrayList<>();
    masks.add(self(attempt, me, self));
    new TreeMap<>(edges).forEach((other, seed) -> masks.add(pair(attempt, me, other, seed)));
    return masks;
  }

  /**
   * What is left in the sum over U2: the self masks, and the pair masks towards members outside.
   *
   * @param selfSeeds b of every member of the sum
   * @param looseEnds one for every edge between a member of the sum and one outside
   */
  public static List<Mask> leftOver(
      Attempt attempt, Map<MemberId, Seed> selfSeeds, Collection<LooseEnd> looseEnds) {
    List<Mask> masks = new ArrayList<>();
    new TreeMap<>(selfSeeds).forEach((member, seed) -> masks.add(self(attempt, member, seed)));
    for (LooseEnd end : looseEnds) {
      if (!selfSeeds.containsKey(end.member()) || selfSeeds.containsKey(end.dropped())) {
        throw new IllegalArgumentException(
            "no loose end between " + end.member() + " and " + end.dropped());
      }
      masks.add(pair(attempt, end.member(), end.dropped(), end.seed()));
    }
    return masks;
  }

  /**
   * What is left in the sum over one group of the sum's members: their self masks, and their pair
   * masks towards members outside the sum and towards those of other groups.
   *
   * @param group its members
   * @param released of the whole sum
   * @param crossSeeds every mask between two groups, each once
   */
  public static List<Mask> leftOver(
      Attempt attempt,
      Collection<MemberId> group,
      Released released,
      Collection<CrossSeed> crossSeeds) {
    SortedMap<MemberId, Seed> own = new TreeMap<>(released.selfSeeds());
    own.keySet().retainAll(group);
    List<LooseEnd> ends = new ArrayList<>();
    released.looseEnds().stream().filter(end -> own.containsKey(end.member())).forEach(ends::add);
    for (CrossSeed cross : crossSeeds) {
      boolean hasOne = own.containsKey(cross.one());
      if (hasOne != own.containsKey(cross.other())) {
        Seed seed = Seed.of(cross.seed().bytes());
        ends.add(
            hasOne
                ? new LooseEnd(cross.one(), cross.other(), seed)
                : new LooseEnd(cross.other(), cross.one(), seed));
      }
    }
    return leftOver(attempt, own, ends);
  }

  private static Mask self(Attempt attempt, MemberId member, Seed self) {
    byte[] derived = attempt.derive(self, "self", attempt.place(member), Seed.BYTES);
    return new Mask(Seed.of(derived), true);
  }

  private static Mask pair(Attempt attempt, MemberId me, MemberId other, Seed seed) {
    int mine = attempt.number(me);
    int theirs = attempt.number(other);
    if (mine == theirs) {
      throw new IllegalArgumentException(me + " is no pair with itself");
    }
    return new Mask(seed, mine < theirs);
  }

  /** The vector with all masks on: y = x + sum of the streams with their signs, mod 2^k. */
  public static Blocks apply(ShardLayout layout, Blocks whole, List<Mask> masks) {
    return apply(layout, whole, masks, 1);
  }

  /** The same by this many threads, each with every so-many-th shard. */
  public static Blocks apply(ShardLayout layout, Blocks whole, List<Mask> masks, int threads) {
    return new Masking(layout, masks).run(whole, threads);
  }

  /** The vector with all masks off, the inverse of {@link #apply(ShardLayout, Blocks, List)}. */
  public static Blocks strip(ShardLayout layout, Blocks whole, List<Mask> masks) {
    return strip(layout, whole, masks, 1);
  }

  /** The same by this many threads, each with every so-many-th shard. */
  public static Blocks strip(ShardLayout layout, Blocks whole, List<Mask> masks, int threads) {
    List<Mask> inverse = masks.stream().map(m -> new Mask(m.seed(), !m.added())).toList();
    return new Masking(layout, inverse).run(whole, threads);
  }
}
