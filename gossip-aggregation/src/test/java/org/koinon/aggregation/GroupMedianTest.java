package org.koinon.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.Parameters;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;
import org.koinon.testkit.Seeded;

class GroupMedianTest {
  private static final Weight ONE = new Weight(1, 1);

  private static Study study(VectorSpec vector, int poisoners) {
    Study plain =
        Studies.study(vector, Policy.OPEN, WeightMode.UNIFORM, ServerOptimiser.fedAvg(), null);
    Study.Privacy privacy =
        new Study.Privacy(
            Policy.GROUP_OPENING, WeightMode.UNIFORM, 1000, 6 * poisoners + 3, 2, 1, false);
    SortedMap<String, Json> members = new TreeMap<>(RecordCodec.toJson(plain).members());
    members.put("privacy", RecordCodec.toJson(privacy));
    Robust median = new Robust(RobustRule.MEDIAN, poisoners, null);
    members.put("robust", RecordCodec.toJson(median));
    return RecordCodec.fromJson(Study.class, new Json.Obj(members), "study");
  }

  private static Blocks member(VectorSpec vector, RandomGenerator random) {
    double[] update = new double[vector.modelWords()];
    Arrays.setAll(update, i -> 0.005 + random.nextDouble(-0.001, 0.001));
    return FixedPoint.encode(
        vector, ONE, RealVector.of(update), List.of(0.5, random.nextDouble(-0.2, -0.1)));
  }

  private static Blocks sum(List<Blocks> members) {
    return new Blocks(
        Words.sum(members.stream().map(Blocks::model).toList()),
        Words.sum(members.stream().map(Blocks::metrics).toList()));
  }

  private static GroupMedian.Sum group(VectorSpec vector, int members, RandomGenerator random) {
    List<Blocks> all = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      all.add(member(vector, random));
    }
    return new GroupMedian.Sum(members, sum(all));
  }

  private static GroupMedian.Sum garbage(VectorSpec vector, int members, RandomGenerator random) {
    Words model = Words.zeros(vector.wordBits(), vector.modelWords());
    long[] words = random.longs(model.count()).toArray();
    model.put(0, words, words.length);
    Words metrics = Words.zeros(VectorSpec.METRIC_WORD_BITS, vector.metricWords());
    metrics.put(0, random.longs(metrics.count()).toArray(), metrics.count());
    return new GroupMedian.Sum(members, new Blocks(model, metrics));
  }

  @Seeded(cases = 20)
  void every_number_is_between_those_of_honest_groups_whatever_p_of_them_hold(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    VectorSpec vector = Studies.spec(random);
    int poisoners = 1 + random.nextInt(2);
    Study study = study(vector, poisoners);
    List<GroupMedian.Sum> groups = new ArrayList<>();
    for (int i = 0; i <= poisoners; i++) {
      groups.add(group(vector, 3 + (i == 0 ? 1 : 0), random));
    }
    List<GroupMedian.Sum> honest = List.copyOf(groups);
    for (int i = 0; i < poisoners; i++) {
      groups.add(random.nextInt(groups.size() + 1), garbage(vector, 3, random));
    }

    GroupMedian median = GroupMedian.of(study, groups).orElseThrow();

    int n = groups.stream().mapToInt(GroupMedian.Sum::members).sum();
    assertThat(median.members()).isEqualTo(n);
    for (int at = 0; at < vector.modelWords(); at++) {
      int place = at;
      double[] means =
          honest.stream()
              .mapToDouble(g -> (double) g.words().model().signed(place) / g.members())
              .sorted()
              .toArray();
      double found = (double) median.sum().model().signed(at) / n;
      assertThat(found).isBetween(means[0] - 1, means[means.length - 1] + 1);
    }
    for (GroupMedian.Verdict verdict : median.verdicts()) {
      boolean isHonest = honest.contains(groups.get(verdict.number() - 1));
      assertThat(verdict.isOutvoted()).isEqualTo(!isHonest);
      assertThat(verdict.isInRange()).isEqualTo(isHonest);
    }
    RoundResult result = RoundResult.of(study, base(vector), median);
    assertThat(result).isInstanceOf(RoundResult.Computed.class);
    assertThat(((RoundResult.Computed) result).metrics().get("loss")).isBetween(-0.2, -0.1);
  }

  private static RoundResult.Base base(VectorSpec vector) {
    return new RoundResult.Base(
        ModelFile.of(Parameters.zeros(vector), new TreeMap<>(), new TreeMap<>()), null);
  }

  @Test
  void groups_that_say_the_same_give_the_sum_of_all_to_the_bit() {
    VectorSpec vector = Studies.spec(32, Studies.tensor("w", 5000, "1", "0", 15));
    Blocks one = member(vector, new SplittableRandom(3));
    GroupMedian.Sum three = new GroupMedian.Sum(3, sum(List.of(one, one, one)));

    GroupMedian median =
        GroupMedian.of(study(vector, 1), List.of(three, three, three)).orElseThrow();

    assertThat(median.sum()).isEqualTo(sum(java.util.Collections.nCopies(9, one)));
    assertThat(median.verdicts()).noneMatch(GroupMedian.Verdict::isOutvoted);
  }

  @Test
  void a_group_within_the_range_that_is_far_from_the_others_is_named_by_its_number_alone() {
    VectorSpec vector = Studies.spec(32, Studies.tensor("w", 200, "1", "0", 15));
    SplittableRandom random = new SplittableRandom(4);
    double[] poison = new double[200];
    Arrays.fill(poison, -0.9);
    Blocks hostile = FixedPoint.encode(vector, ONE, RealVector.of(poison), List.of(1.0, 1.0));
    GroupMedian.Sum poisoned =
        new GroupMedian.Sum(
            3, sum(List.of(hostile, member(vector, random), member(vector, random))));
    List<GroupMedian.Sum> groups =
        List.of(group(vector, 3, random), poisoned, group(vector, 3, random));

    List<GroupMedian.Verdict> verdicts =
        GroupMedian.of(study(vector, 1), groups).orElseThrow().verdicts();

    assertThat(verdicts)
        .extracting(GroupMedian.Verdict::isOutvoted)
        .containsExactly(false, true, false);
    assertThat(verdicts.get(1).isInRange()).isTrue();
    assertThat(verdicts.get(1).sentence(3))
        .startsWith("group 2 of 3 was outvoted: its mean is ")
        .endsWith(" from the median");
  }

  @Test
  void fewer_groups_than_outvote_poison_give_no_result() {
    VectorSpec vector = Studies.spec(32, Studies.tensor("w", 20, "1", "0", 15));
    SplittableRandom random = new SplittableRandom(5);
    List<GroupMedian.Sum> two = List.of(group(vector, 6, random), group(vector, 3, random));
    Study study = study(vector, 1);
    assertThat(GroupMedian.of(study, two)).isEmpty();
    assertThat(RoundResult.ofTooFewGroups(study, 2))
        .isEqualTo(
            new RoundResult.Impossible(
                "the sum came apart into 2 of the 3 groups that it takes to outvote poisoned"
                    + " ones"));
  }
}
