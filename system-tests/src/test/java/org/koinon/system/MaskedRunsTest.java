package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.testkit.Seeded;

/**
 * Private sums of consortia of 4 to 10 drawn from a seed: arrival orders, lost gossip, members
 * killed at any step for good, for long or for a moment, never more than f silent. Weights are
 * masked, declared or all alike. Every result is the plain integer sum of its set, and as many
 * rounds are final as the study asks for, unless an attempt was lost after its opening, which takes
 * more than f members that were away for good or killed while it ran. The auditor finds nothing.
 */
@Execution(ExecutionMode.CONCURRENT)
class MaskedRunsTest {
  private static final int SUMS = 3;
  private static final int ROWS_MAX = 1000;
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final AtomicInteger TOTAL = new AtomicInteger();

  @Seeded(cases = 17)
  void a_private_sum_is_the_plain_sum_of_its_set(
      long seed, @TempDir Path folder, TestReporter reporter) {
    run(seed, folder, reporter);
  }

  /** Three rounds each. */
  @Tag("long")
  @Seeded(cases = 340)
  void a_thousand_private_sums(long seed, @TempDir Path folder, TestReporter reporter) {
    run(seed, folder, reporter);
  }

  /** That an opened attempt is lost, and members are missing afterwards, is rare. */
  @AfterAll
  static void drop_outs_cost_the_wait_and_next_to_no_sum() {
    // One run that is repeated by its seed may be the rare one.
    assertThat(TOTAL.get()).isGreaterThanOrEqualTo(SUMS * (RUNS.get() - 1) * 4 / 5);
  }

  /** Of a member that was there to the end. */
  private static RoundArchive archive(
      SimulatedConsortium consortium, Set<MemberId> live, RoundView last) {
    return live.stream()
        .map(member -> new RoundArchive(consortium.folder(member).resolve("archive")))
        .filter(archive -> archive.model(last.opened().baseModel()).isPresent())
        .findFirst()
        .orElseThrow();
  }

  private static void run(long seed, Path folder, TestReporter reporter) {
    SplittableRandom random = new SplittableRandom(seed);
    int peers = random.nextInt(4, 11);
    List<MemberId> members = ToyConsortium.members(peers);
    List<WeightMode> modes = List.of(WeightMode.values());
    WeightMode weights = modes.get(random.nextInt(modes.size()));
    Study study =
        ToyConsortium.study(
            40,
            SUMS,
            new Study.Privacy(Policy.PRIVATE_SUM, weights, ROWS_MAX, 3, 2),
            ServerOptimiser.fedAvg());
    SimulatedConsortium consortium = ToyConsortium.of(peers, study, folder, seed);
    consortium.network().loseGossip(random.nextInt(3) / 2.0, seed);
    var kills = new SeededRunsTest.Kills(random.split(), new Quorum(peers).faults());

    consortium.run(study.id(), kills, new Notes());

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds).isNotEmpty().allMatch(round -> round.ending().isPresent());
    Set<MemberId> live = new HashSet<>(members);
    live.removeAll(kills.gone);
    int last = rounds.size();
    for (MemberId member : live) {
      assertThat(Objects.requireNonNull(consortium.standing().get(member))).containsKey(last);
    }
    int sums = 0;
    for (RoundView round : rounds) {
      assertDeclared(round, weights);
      if (isLost(round)) {
        assertThat(kills.missed(round.opened().round()))
            .hasSizeGreaterThan(new Quorum(peers).faults());
      }
      if (round.ending().orElseThrow() instanceof Finalised result) {
        assertThat(result.model())
            .isEqualTo(PlainSum.model(rounds, round, archive(consortium, live, round)));
        sums++;
      }
    }
    RUNS.incrementAndGet();
    TOTAL.addAndGet(sums);
    if (rounds.stream().noneMatch(MaskedRunsTest::isLost)) {
      assertThat(sums).as("%s", endings(rounds)).isEqualTo(SUMS);
    }
    Ledgers.assertNothingIsSaidTwice(consortium);
    var _ = Ledgers.assertAudited(consortium, members);
    reporter.publishEntry(
        "run",
        "peers=%d weights=%s restarts=%d gone=%d sums=%d endings=%s"
            .formatted(peers, weights, kills.restarts, kills.gone.size(), sums, endings(rounds)));
  }

  /** It was opened, so that on its base no set is summed that differs by few members. */
  private static boolean isLost(RoundView round) {
    return round.released().isPresent() && round.ending().orElseThrow() instanceof Abandoned;
  }

  private static List<String> endings(List<RoundView> rounds) {
    return rounds.stream().map(MaskedRunsTest::ending).toList();
  }

  private static String ending(RoundView round) {
    return round.ending().orElseThrow() instanceof Abandoned abandoned
        ? abandoned.reason() + " in " + abandoned.phase()
        : round.ending().orElseThrow().type();
  }

  /** A site has 100 rows and as many more as its number: {@link ToySite}. */
  private static void assertDeclared(RoundView round, WeightMode weights) {
    round
        .ready()
        .forEach(
            (member, ready) -> {
              int site = ToyConsortium.members(100).indexOf(member);
              switch (weights) {
                case PUBLIC -> assertThat(ready.units()).isEqualTo(100 + site);
                case BUCKET -> assertThat(ready.units()).isEqualTo(64);
                case MASKED, UNIFORM -> assertThat(ready.units()).isNull();
              }
            });
  }
}
