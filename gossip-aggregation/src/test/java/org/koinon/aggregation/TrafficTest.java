package org.koinon.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.VectorSpec;

class TrafficTest {
  private static final VectorSpec LARGE =
      Studies.spec(32, Studies.tensor("t", 1_000_000, "1", "0", 20));

  static Stream<Arguments> sizes() {
    return IntStream.rangeClosed(3, 16)
        .boxed()
        .flatMap(n -> IntStream.rangeClosed(1, 3).mapToObj(r -> Arguments.of(n, r)));
  }

  /** Bytes that each peer sends: pieces to owners, sums to the readers that the rule gives it. */
  private static Map<MemberId, Long> sent(ShardLayout layout, List<MemberId> roster) {
    Map<MemberId, Long> sent = new HashMap<>();
    for (int shard = 0; shard < layout.shards(); shard++) {
      long size = layout.sizeBytes(shard);
      List<MemberId> owners = layout.map().owners(shard);
      for (MemberId contributor : layout.map().line()) {
        long others = owners.stream().filter(owner -> !owner.equals(contributor)).count();
        sent.merge(contributor, others * size, Long::sum);
      }
      for (MemberId reader : roster) {
        List<MemberId> sources = AllGather.sources(layout.map(), shard, roster, reader);
        if (!sources.isEmpty()) {
          sent.merge(sources.getFirst(), size, Long::sum);
        }
      }
    }
    return sent;
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void no_peer_sends_more_than_a_fifth_over_the_mean_and_the_mean_is_the_formula(int n, int r) {
    ShardLayout layout = Studies.layout(LARGE, n, r);

    Map<MemberId, Long> sent = sent(layout, layout.map().line());

    double mean = sent.values().stream().mapToLong(Long::longValue).average().orElseThrow();
    assertThat(mean).isCloseTo(Traffic.meanBytesPerPeer(LARGE, n, r), within(1e-6 * mean));
    assertThat(sent.values()).allSatisfy(bytes -> assertThat(bytes / mean).isLessThan(1.001));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void peers_that_contribute_nothing_are_served_evenly_too(int n, int r) {
    List<MemberId> roster = Studies.members(n + 3);
    ShardLayout layout =
        new ShardLayout(
            Digest.sha256(new byte[0]), LARGE, new ShardMap(roster.subList(1, n + 1), r));

    Map<MemberId, Long> sent = sent(layout, roster);

    double mean = sent.values().stream().mapToLong(Long::longValue).average().orElseThrow();
    assertThat(sent).hasSize(n);
    assertThat(sent.values()).allSatisfy(bytes -> assertThat(bytes / mean).isLessThan(1.001));
  }

  @Test
  void one_owner_reaches_the_optimum_of_an_all_reduce() {
    for (int n = 3; n <= 16; n++) {
      assertThat(Traffic.meanBytesPerPeer(LARGE, n, 1))
          .isCloseTo(Traffic.optimumBytesPerPeer(LARGE, n), within(1e-3));
    }
    assertThat(Traffic.optimumBytesPerPeer(LARGE, 4)).isEqualTo(2 * 4_000_024 * 3 / 4.0);
  }

  @Test
  void two_owners_cost_what_the_design_says() {
    double[] ratios = {1.25, 1.33, 1.43, 1.47};
    int[] peers = {3, 4, 8, 16};
    for (int i = 0; i < peers.length; i++) {
      assertThat(
              Traffic.meanBytesPerPeer(LARGE, peers[i], 2)
                  / Traffic.optimumBytesPerPeer(LARGE, peers[i]))
          .isCloseTo(ratios[i], within(0.005));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void an_owner_fetches_nothing_and_a_reader_may_ask_every_owner(int n, int r) {
    ShardMap map = new ShardMap(Studies.members(n), r);
    for (int shard = 0; shard < n; shard++) {
      List<MemberId> owners = map.owners(shard);
      List<MemberId> readers = new ArrayList<>(map.line());
      readers.removeAll(owners);
      for (MemberId owner : owners) {
        assertThat(AllGather.sources(map, shard, map.line(), owner)).isEmpty();
      }
      for (MemberId reader : readers) {
        assertThat(AllGather.sources(map, shard, map.line(), reader))
            .containsExactlyInAnyOrderElementsOf(owners);
      }
    }
  }

  @Test
  void a_stranger_is_refused() {
    ShardMap map = new ShardMap(Studies.members(3), 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> AllGather.sources(map, 0, map.line(), new MemberId("nobody")))
        .withMessageContaining("nobody");
  }
}
