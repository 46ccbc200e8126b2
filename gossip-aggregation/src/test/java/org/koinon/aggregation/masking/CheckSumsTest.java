package org.koinon.aggregation.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.Words;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;
import org.koinon.testkit.Seeded;

class CheckSumsTest {
  private final List<MemberId> members = KeyedAttempt.members(5);
  private final Attempt attempt = KeyedAttempt.attempt(members);

  private Beacon beacon(RandomGenerator random) {
    TreeMap<MemberId, Seed> seeds = new TreeMap<>();
    members.forEach(member -> seeds.put(member, Seed.draw(random)));
    return Beacon.of(attempt, Digest.sha256(new byte[] {9}), seeds);
  }

  @Seeded(cases = 30)
  void the_sums_of_a_total_are_the_totals_of_the_sums(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Beacon beacon = beacon(random);
    int wordBits = List.of(16, 32, 64).get((int) (seed % 3));
    ShardLayout layout = MasksTest.layout(attempt, wordBits, 1 + random.nextInt(9_000), members);
    List<Blocks> vectors = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      vectors.add(MasksTest.vector(layout, random));
    }

    CheckSums total =
        vectors.stream().map(v -> CheckSums.of(beacon, v)).reduce(CheckSums::plus).orElseThrow();

    assertThat(CheckSums.of(beacon, MasksTest.sum(vectors))).isEqualTo(total);
  }

  @Seeded(cases = 10)
  void the_sums_of_the_shards_add_up(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Beacon beacon = beacon(random);
    ShardLayout layout = MasksTest.layout(attempt, 32, 4_001 + random.nextInt(10), members);
    Blocks whole = MasksTest.vector(layout, random);

    CheckSums total =
        IntStream.range(0, layout.shards())
            .mapToObj(s -> CheckSums.ofShard(beacon, layout, layout.slice(whole, s), s))
            .reduce(CheckSums::plus)
            .orElseThrow();

    assertThat(total).isEqualTo(CheckSums.of(beacon, whole));
  }

  @Seeded(cases = 50)
  void one_changed_word_is_seen(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Beacon beacon = beacon(random);
    int wordBits = List.of(16, 32, 64).get((int) (seed % 3));
    ShardLayout layout = MasksTest.layout(attempt, wordBits, 3_000, members);
    Blocks honest = MasksTest.vector(layout, random);
    boolean inModel = random.nextBoolean();
    Words words = inModel ? honest.model() : honest.metrics();
    byte[] bytes = new byte[words.sizeBytes()];
    words.buffer().get(bytes);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    Words changed = Words.wrap(words.wordBits(), bytes);
    Blocks other =
        inModel ? new Blocks(changed, honest.metrics()) : new Blocks(honest.model(), changed);

    assertThat(CheckSums.of(beacon, other)).isNotEqualTo(CheckSums.of(beacon, honest));
  }

  /** Against the plain definition, coordinate by coordinate and sum by sum. */
  @Test
  void the_buckets_give_the_subset_sums() {
    RandomGenerator random = new SplittableRandom(8);
    Beacon beacon = beacon(random);
    ShardLayout layout = MasksTest.layout(attempt, 64, 2_500, members);
    Blocks whole = MasksTest.vector(layout, random);
    KeyStream stream = beacon.checks();
    stream.seek(0, 0, 0);
    long[] model = new long[CheckSums.COUNT];
    long[] metrics = new long[CheckSums.COUNT];
    byte[] bits = new byte[Long.BYTES];
    for (int c = 0; c < 2_503; c++) {
      stream.next(bits, Long.BYTES);
      long selected = Ring.word(64, bits, 0);
      for (int m = 0; m < CheckSums.COUNT; m++) {
        if ((selected >>> m & 1) == 1) {
          if (c < 2_500) {
            model[m] += whole.model().signed(c);
          } else {
            metrics[m] += whole.metrics().signed(c - 2_500);
          }
        }
      }
    }
    byte[] expected = new byte[2 * CheckSums.COUNT * Long.BYTES];
    for (int m = 0; m < CheckSums.COUNT; m++) {
      Ring.put(64, expected, m * Long.BYTES, model[m]);
      Ring.put(64, expected, (CheckSums.COUNT + m) * Long.BYTES, metrics[m]);
    }

    assertThat(CheckSums.of(beacon, whole).hex())
        .isEqualTo(java.util.HexFormat.of().formatHex(expected));
  }

  @Test
  void another_beacon_selects_other_halves() {
    ShardLayout layout = MasksTest.layout(attempt, 32, 100, members);
    Blocks whole = MasksTest.vector(layout, new SplittableRandom(1));

    assertThat(CheckSums.of(beacon(new SplittableRandom(2)), whole))
        .isNotEqualTo(CheckSums.of(beacon(new SplittableRandom(3)), whole));
  }

  @Test
  void the_beacon_draws_within_bounds_and_by_purpose() {
    Beacon beacon = beacon(new SplittableRandom(4));
    assertThat(IntStream.range(0, 500).map(i -> beacon.pick("shard/" + i, 7)).boxed().toList())
        .contains(0, 1, 2, 3, 4, 5, 6)
        .allMatch(drawn -> drawn >= 0 && drawn < 7);
    assertThat(beacon.pick("shard", 1 << 30)).isNotEqualTo(beacon.pick("checker", 1 << 30));
    assertThatThrownBy(() -> beacon.pick("shard", 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void only_whole_sums_have_a_text() {
    String good = "0".repeat(960);
    assertThat(new CheckSums(good).scalar()).isEqualTo(good);
    for (String bad :
        List.of("", "0".repeat(958), "0".repeat(961), "A".repeat(960), "0".repeat(640))) {
      assertThatThrownBy(() -> new CheckSums(bad)).isInstanceOf(FormatException.class);
    }
    assertThatThrownBy(() -> new CheckSums(good).plus(new CheckSums("0".repeat(800))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
