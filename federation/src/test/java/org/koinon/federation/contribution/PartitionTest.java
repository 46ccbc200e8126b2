package org.koinon.federation.contribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

class PartitionTest {
  private static List<MemberId> members(int n) {
    return IntStream.range(0, n).mapToObj(i -> new MemberId("site-%03d".formatted(i))).toList();
  }

  private static Digest coin(int i) {
    return Digest.tagged("test coin", new byte[] {(byte) i});
  }

  /** Everybody masks with everybody, but these pairs do not. */
  private static MaskGraph masks(int n, Set<List<Integer>> without) {
    Map<MemberId, Bitmap> packs = new LinkedHashMap<>();
    for (int i = 0; i < n; i++) {
      BitSet held = new BitSet();
      held.set(0, n);
      for (int j = 0; j < n; j++) {
        held.set(j, !without.contains(List.of(i, j)) && !without.contains(List.of(j, i)));
      }
      packs.put(members(n).get(i), Bitmap.of(held));
    }
    return new MaskGraph(members(n), packs, 1, 0);
  }

  private static Partition draw(int n, int coin, MaskGraph masks, int count, int least) {
    AttemptHash hashes = new AttemptHash(coin(99), members(n));
    return Partition.draw(hashes, coin(coin), members(n), masks, count, least);
  }

  @Test
  void groups_are_as_equal_as_can_be_and_every_coin_draws_others() {
    Set<Partition> drawn = new HashSet<>();
    for (int coin = 0; coin < 20; coin++) {
      Partition groups = draw(10, coin, masks(10, Set.of()), 3, 3);
      assertThat(groups.groups()).extracting(List::size).containsExactlyInAnyOrder(4, 3, 3);
      assertThat(groups.members()).isEqualTo(members(10));
      drawn.add(groups);
    }
    assertThat(drawn).hasSize(20);
    assertThat(draw(10, 1, masks(10, Set.of()), 3, 3)).isIn(drawn);
  }

  @Test
  void a_pair_without_a_mask_is_never_in_one_group() {
    MaskGraph masks = masks(9, Set.of(List.of(0, 1), List.of(0, 2), List.of(3, 4)));
    for (int coin = 0; coin < 50; coin++) {
      Partition groups = draw(9, coin, masks, 3, 3);
      assertThat(groups.groups()).hasSize(3);
      assertThat(groups.hides(masks, 3)).isTrue();
    }
  }

  @Test
  void where_no_groups_can_be_had_all_stay_in_one() {
    assertThat(draw(8, 1, masks(8, Set.of()), 3, 3)).isEqualTo(Partition.whole(members(8)));
    Set<List<Integer>> alone = new HashSet<>();
    IntStream.range(1, 9).forEach(j -> alone.add(List.of(0, j)));
    Partition groups = draw(9, 1, masks(9, alone), 3, 3);
    assertThat(groups.isWhole()).isTrue();
    assertThat(groups.across(members(9).get(0), masks(9, alone))).isEmpty();
  }

  @Test
  void silent_pairs_hold_their_groups_together_one_through_another() {
    List<MemberId> nine = members(9);
    Partition groups =
        new Partition(List.of(nine.subList(0, 3), nine.subList(3, 6), nine.subList(6, 9)));
    MaskGraph all = masks(9, Set.of());
    assertThat(groups.merged(List.of(nine.get(0)), all)).isEqualTo(groups);
    assertThat(groups.merged(List.of(nine.get(0), nine.get(2)), all)).isEqualTo(groups);
    assertThat(groups.merged(List.of(nine.get(0), nine.get(8)), all).groups())
        .containsExactly(
            List.of(nine.get(0), nine.get(1), nine.get(2), nine.get(6), nine.get(7), nine.get(8)),
            nine.subList(3, 6));
    assertThat(groups.merged(List.of(nine.get(0), nine.get(4), nine.get(8)), all).isWhole())
        .isTrue();
    MaskGraph apart = masks(9, Set.of(List.of(0, 8)));
    assertThat(groups.merged(List.of(nine.get(0), nine.get(8)), apart)).isEqualTo(groups);
  }

  @Test
  void across_are_those_of_other_groups_that_mask_with_a_member() {
    List<MemberId> six = members(6);
    Partition groups = new Partition(List.of(six.subList(0, 3), six.subList(3, 6)));
    assertThat(groups.across(six.get(1), masks(6, Set.of(List.of(1, 4)))))
        .containsExactly(six.get(3), six.get(5));
  }

  @Test
  void each_member_is_in_one_group() {
    List<MemberId> three = members(3);
    assertThatThrownBy(() -> new Partition(List.of(three, three.subList(0, 1))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Partition(List.of(three, List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
