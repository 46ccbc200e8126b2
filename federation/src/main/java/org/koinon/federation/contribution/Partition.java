package org.koinon.federation.contribution;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

/**
 * How the members of a masked sum fall into groups whose sums are opened, under group-opening.
 *
 * <p>A coin that nobody knew when the masked sums were fixed draws it. All members of a group mask
 * each other, so that of a group of c+2 or more no c members see more than the sum of the others.
 *
 * @param groups in order, the members of each sorted
 */
public record Partition(List<List<MemberId>> groups) {
  /** Orders that are tried before the members are left in one group. */
  private static final int DRAWS = 16;

  /** Sorts copies of the groups. */
  public Partition {
    groups = groups.stream().map(group -> group.stream().sorted().toList()).toList();
    long members = groups.stream().mapToLong(List::size).sum();
    if (groups.isEmpty()
        || groups.stream().anyMatch(List::isEmpty)
        || groups.stream().flatMap(List::stream).distinct().count() != members) {
      throw new IllegalArgumentException("a partition has groups, and each member in one of them");
    }
  }

  /** All members in one group. */
  public static Partition whole(Collection<MemberId> members) {
    return new Partition(List.of(List.copyOf(members)));
  }

  /**
   * Draws as many groups of as equal size as those who mask each other allow; all members in one
   * group, if that fails in {@value #DRAWS} orders.
   *
   * <p>In each order members go one by one to the smallest group whose members all mask with them,
   * the first of such.
   *
   * @param beacon the attempt's coin
   * @param count how many groups
   * @param least fewest members of each
   */
  public static Partition draw(
      AttemptHash hashes,
      Digest beacon,
      Collection<MemberId> members,
      MaskGraph masks,
      int count,
      int least) {
    for (int draw = 0; draw < DRAWS; draw++) {
      SortedMap<Digest, MemberId> order = new TreeMap<>();
      for (MemberId member : members) {
        order.put(hashes.lot(beacon, draw, member), member);
      }
      Optional<Partition> dealt = deal(order.values(), masks, count);
      if (dealt.filter(partition -> partition.hides(masks, least)).isPresent()) {
        return dealt.get();
      }
    }
    return whole(members);
  }

  private static Optional<Partition> deal(Collection<MemberId> order, MaskGraph masks, int count) {
    List<List<MemberId>> groups = new ArrayList<>();
    for (int group = 0; group < count; group++) {
      groups.add(new ArrayList<>());
    }
    for (MemberId member : order) {
      Optional<List<MemberId>> home =
          groups.stream()
              .filter(group -> group.stream().allMatch(other -> masks.isEdge(member, other)))
              .min(Comparator.comparingInt(List::size));
      if (home.isEmpty()) {
        return Optional.empty();
      }
      home.get().add(member);
    }
    return groups.stream().anyMatch(List::isEmpty)
        ? Optional.empty()
        : Optional.of(new Partition(groups));
  }

  /** Whether every group has at least so many members, who all mask each other. */
  public boolean hides(MaskGraph masks, int least) {
    return groups.stream()
        .allMatch(
            group ->
                group.size() >= least
                    && group.stream()
                        .allMatch(
                            one ->
                                group.stream()
                                    .allMatch(
                                        other -> one.equals(other) || masks.isEdge(one, other))));
  }

  /** Whether all members are in one group: nothing but the one sum is opened. */
  public boolean isWhole() {
    return groups.size() == 1;
  }

  /** Everybody, sorted. */
  public List<MemberId> members() {
    return groups.stream().flatMap(List::stream).sorted().toList();
  }

  /** The number of a member's group, from 0. */
  public int groupOf(MemberId member) {
    for (int group = 0; group < groups.size(); group++) {
      if (groups.get(group).contains(member)) {
        return group;
      }
    }
    throw new IllegalArgumentException(member + " is in no group");
  }

  /** The members of other groups that a member shares a mask with, sorted. */
  public List<MemberId> across(MemberId member, MaskGraph masks) {
    List<MemberId> mates = groups.get(groupOf(member));
    return members().stream()
        .filter(other -> !mates.contains(other) && masks.isEdge(member, other))
        .toList();
  }

  /**
   * The partition that can be opened if these members release nothing: two groups with a pair of
   * them that masks each other stay together. In the order of their first groups.
   */
  public Partition merged(Collection<MemberId> silent, MaskGraph masks) {
    int[] home = new int[groups.size()];
    for (int group = 0; group < home.length; group++) {
      home[group] = group;
    }
    for (MemberId one : silent) {
      for (MemberId other : silent) {
        int low = Math.min(home[groupOf(one)], home[groupOf(other)]);
        int high = Math.max(home[groupOf(one)], home[groupOf(other)]);
        if (low < high && masks.isEdge(one, other)) {
          for (int group = 0; group < home.length; group++) {
            home[group] = home[group] == high ? low : home[group];
          }
        }
      }
    }
    SortedMap<Integer, List<MemberId>> joined = new TreeMap<>();
    for (int group = 0; group < home.length; group++) {
      joined.computeIfAbsent(home[group], any -> new ArrayList<>()).addAll(groups.get(group));
    }
    return new Partition(List.copyOf(joined.values()));
  }
}
