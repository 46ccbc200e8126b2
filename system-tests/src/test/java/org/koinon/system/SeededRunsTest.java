package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.ServerRule;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.testkit.Seeded;

/**
 * Consortia of 3 to 7 drawn from a seed: arrival orders, lost gossip, kills, restarts, server rule.
 * Never more than f peers are silent.
 */
@Execution(ExecutionMode.CONCURRENT)
class SeededRunsTest {
  @Seeded(cases = 10)
  void every_round_has_one_ending_and_all_hold_one_model(
      long seed, @TempDir Path folder, TestReporter reporter) {
    run(seed, folder, reporter);
  }

  @Tag("long")
  @Seeded(cases = 200)
  void two_hundred_runs(long seed, @TempDir Path folder, TestReporter reporter) {
    run(seed, folder, reporter);
  }

  private static void run(long seed, Path folder, TestReporter reporter) {
    SplittableRandom random = new SplittableRandom(seed);
    int peers = random.nextInt(3, 8);
    List<MemberId> members = ToyConsortium.members(peers);
    Study study = ToyConsortium.study(40, random.nextInt(1, 4), 2, server(random));
    SimulatedConsortium consortium = ToyConsortium.of(peers, study, folder, seed);
    consortium.network().loseGossip(random.nextInt(3) / 2.0, seed);
    Kills kills = new Kills(random.split(), new Quorum(peers).faults());

    consortium.run(study.id(), kills, new Notes());

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds).isNotEmpty().allMatch(round -> round.ending().isPresent());
    Set<MemberId> live = new HashSet<>(members);
    live.removeAll(kills.gone);
    assertThat(consortium.standing().keySet()).containsAll(live);
    for (RoundView round : rounds) {
      assertThat(models(consortium, round.opened().round())).hasSizeLessThanOrEqualTo(1);
    }
    int last = rounds.size();
    for (MemberId member : live) {
      assertThat(Objects.requireNonNull(consortium.standing().get(member))).containsKey(last);
    }
    Ledgers.assertNothingIsSaidTwice(consortium);
    var _ = Ledgers.assertAudited(consortium, members);
    reporter.publishEntry("run", figures(peers, kills, rounds));
  }

  private static Set<ModelId> models(SimulatedConsortium consortium, int round) {
    return consortium.standing().values().stream()
        .flatMap(models -> Optional.ofNullable(models.get(round)).stream())
        .collect(Collectors.toSet());
  }

  private static String figures(int peers, Kills kills, List<RoundView> rounds) {
    return "peers=%d restarts=%d gone=%d endings=%s"
        .formatted(
            peers,
            kills.restarts,
            kills.gone.size(),
            rounds.stream().map(round -> round.ending().orElseThrow().type()).toList());
  }

  private static ServerOptimiser server(SplittableRandom random) {
    List<ServerRule> rules = List.of(ServerRule.values());
    ServerRule rule = rules.get(random.nextInt(rules.size()));
    return rule == ServerRule.FED_AVG
        ? ServerOptimiser.fedAvg()
        : new ServerOptimiser(
            rule,
            new Decimal("0.1"),
            new Decimal("0.9"),
            new Decimal("0.99"),
            new Decimal("0.001"));
  }

  /** Ends of processes: f of them for good or for long, others for less than any deadline. */
  static final class Kills implements FaultPlan {
    private static final int ONE_STEP_IN = 25;
    private static final long SHORT_MILLIS = 3_000;
    private static final long LONG_MILLIS = 300_000;

    private final SplittableRandom random;
    private final int faults;
    private final Set<MemberId> silent = new HashSet<>();
    private final Map<Integer, Set<MemberId>> killed = new HashMap<>();
    final Set<MemberId> gone = new HashSet<>();
    int restarts;

    Kills(SplittableRandom random, int faults) {
      this.random = random;
      this.faults = faults;
    }

    /** Members that were away in a round, if only for a moment. */
    Set<MemberId> missed(int round) {
      Set<MemberId> missed = new HashSet<>(silent);
      missed.addAll(killed.getOrDefault(round, Set.of()));
      return missed;
    }

    @Override
    public Optional<Kill> at(MemberId member, RoundId round, RoundStep step) {
      if (random.nextInt(ONE_STEP_IN) != 0) {
        return Optional.empty();
      }
      killed.computeIfAbsent(round.number(), any -> new HashSet<>()).add(member);
      if (silent.size() < faults && silent.add(member)) {
        if (random.nextBoolean()) {
          gone.add(member);
          return Optional.of(new Kill(-1));
        }
        restarts++;
        return Optional.of(new Kill(random.nextLong(SHORT_MILLIS, LONG_MILLIS)));
      }
      restarts++;
      return Optional.of(new Kill(random.nextLong(SHORT_MILLIS)));
    }
  }
}
