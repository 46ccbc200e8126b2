package org.koinon.federation.contribution;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

/**
 * Who masks with whom in an attempt of private-sum: an edge joins two members that both hold the
 * other's verified pack.
 *
 * <p>{@link #prune} keeps a set in which every member has edges to more than half of it and f more,
 * so that the honest members stay connected whatever f others do: what cancels in the sum then
 * hides each of them.
 */
public final class MaskGraph {
  private final List<MemberId> ready;
  private final Map<MemberId, Integer> places = new HashMap<>();
  private final BitSet[] edges;
  private final int[] holders;
  private final BitSet keyed = new BitSet();
  private final Map<MemberId, BitSet> held = new HashMap<>();
  private final Map<MemberId, List<Digest>> pairs;
  private final int threshold;
  private final int faults;

  /** The graph of what members said they hold, where no mask of a pair is committed to. */
  public MaskGraph(List<MemberId> ready, Map<MemberId, Bitmap> packs, int threshold, int faults) {
    this(ready, packs, Map.of(), threshold, faults);
  }

  /**
   * The graph of what members said they hold.
   *
   * @param ready U1 in roster order: the places of the bitmaps
   * @param packs whose packs each keyed member verified
   * @param pairs commitments to the masks with those, in the same order, if the policy asks for
   *     them: both ends must say the same
   * @param threshold t, how many shares rebuild a secret
   * @param faults f of the roster
   */
  public MaskGraph(
      List<MemberId> ready,
      Map<MemberId, Bitmap> packs,
      Map<MemberId, List<Digest>> pairs,
      int threshold,
      int faults) {
    this.ready = List.copyOf(ready);
    this.pairs = Map.copyOf(pairs);
    this.threshold = threshold;
    this.faults = faults;
    this.edges = new BitSet[ready.size()];
    this.holders = new int[ready.size()];
    for (int place = 0; place < ready.size(); place++) {
      places.put(ready.get(place), place);
      edges[place] = new BitSet();
    }
    packs.forEach(
        (member, bitmap) -> {
          BitSet all = bitmap.places();
          all.set(place(member));
          all.stream().forEach(dealer -> holders[dealer]++);
          keyed.set(place(member));
          held.put(member, all);
        });
    held.forEach(
        (member, all) ->
            all.stream()
                .filter(other -> isMutual(member, other))
                .forEach(other -> edges[place(member)].set(other)));
  }

  private boolean isMutual(MemberId member, int other) {
    BitSet others = held.get(ready.get(other));
    return other != place(member)
        && others != null
        && others.get(place(member))
        && commitment(member, ready.get(other)).equals(commitment(ready.get(other), member));
  }

  /** What a member committed to of its mask with another; none where nobody does. */
  public Optional<Digest> commitment(MemberId member, MemberId other) {
    List<Digest> own = pairs.get(member);
    BitSet verified = held.get(member);
    if (own == null || verified == null || !verified.get(place(other))) {
      return Optional.empty();
    }
    int before = verified.get(0, place(other)).cardinality();
    return Optional.of(own.get(place(member) < place(other) ? before - 1 : before));
  }

  private int place(MemberId member) {
    Integer place = places.get(member);
    if (place == null) {
      throw new IllegalArgumentException(member + " is not among the ready members");
    }
    return place;
  }

  /** Whether the two mask for each other: both hold the other's pack. */
  public boolean isEdge(MemberId one, MemberId other) {
    return edges[place(one)].get(place(other));
  }

  /** Whether the holder verified the dealer's pack; its own it always holds. */
  public boolean holds(MemberId holder, MemberId dealer) {
    BitSet packs = held.get(holder);
    return packs != null && packs.get(place(dealer));
  }

  /** The members that a member masks with, in roster order. */
  public List<MemberId> neighbours(MemberId member) {
    return members(edges[place(member)]);
  }

  /**
   * What is left of a set once everybody with too few edges in it, or too few holders of its
   * shares, is taken out, all such at once, again and again. In roster order.
   */
  public List<MemberId> prune(Iterable<MemberId> members) {
    BitSet left = new BitSet();
    members.forEach(member -> left.set(place(member)));
    left.and(keyed);
    while (true) {
      BitSet weak = new BitSet();
      left.stream().filter(place -> isWeak(place, left)).forEach(weak::set);
      if (weak.isEmpty()) {
        return members(left);
      }
      left.andNot(weak);
    }
  }

  private boolean isWeak(int place, BitSet set) {
    BitSet within = (BitSet) edges[place].clone();
    within.and(set);
    return 2 * (within.cardinality() + 1) <= set.cardinality() + Math.max(1, faults)
        || holders[place] < threshold;
  }

  private List<MemberId> members(BitSet set) {
    return set.stream().mapToObj(ready::get).toList();
  }
}
