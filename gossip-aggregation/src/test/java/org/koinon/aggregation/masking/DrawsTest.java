package org.koinon.aggregation.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;

class DrawsTest {
  private static final List<MemberId> LINE =
      IntStream.range(0, 9).mapToObj(i -> new MemberId("member-" + i)).toList();

  private static Draws draws(int coin, int replicas, List<MemberId> contributors) {
    Digest context = Digest.sha256(new byte[] {1});
    Beacon beacon = new Beacon(context, Digest.sha256(new byte[] {2, (byte) coin}));
    return new Draws(beacon, new ShardMap(LINE, replicas), contributors);
  }

  @Test
  void a_shard_is_computed_anew_by_members_of_the_sum_that_do_not_own_it() {
    List<MemberId> eight = LINE.subList(0, 8);
    Set<Integer> shards = new HashSet<>();
    Set<MemberId> first = new HashSet<>();
    for (int coin = 0; coin < 120; coin++) {
      Draws draws = draws(coin, 2, eight);
      shards.add(draws.shard());
      first.add(draws.recomputers().getFirst());
      assertThat(draws.recomputers())
          .hasSize(Draws.PLACES)
          .doesNotHaveDuplicates()
          .isSubsetOf(eight)
          .doesNotContainAnyElementsOf(draws.map().owners(draws.shard()));
    }
    assertThat(shards).hasSize(9);
    assertThat(first).containsExactlyInAnyOrderElementsOf(eight);
  }

  @Test
  void where_all_own_a_shard_nobody_computes_it_anew() {
    assertThat(draws(1, 9, LINE).recomputers()).isEmpty();
  }

  @Test
  void who_speaks_for_a_silent_member_is_drawn_for_it_alone() {
    Draws draws = draws(3, 2, LINE);
    Set<List<MemberId>> orders = new HashSet<>();
    for (MemberId silent : LINE) {
      assertThat(draws.checkers(silent)).hasSize(Draws.PLACES).doesNotContain(silent);
      orders.add(draws.checkers(silent));
    }
    assertThat(orders).hasSizeGreaterThan(7);
    assertThat(draws(4, 2, LINE).checkers(LINE.getFirst()))
        .isNotEqualTo(draws.checkers(LINE.getFirst()));
    assertThat(draws(3, 2, LINE.reversed()).checkers(LINE.getFirst()))
        .isEqualTo(draws.checkers(LINE.getFirst()));
  }
}
