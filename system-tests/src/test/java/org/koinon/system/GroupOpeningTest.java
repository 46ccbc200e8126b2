package org.koinon.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.RealVector;
import org.koinon.aggregation.robust.Attack;
import org.koinon.audit.verify.AuditReport;
import org.koinon.audit.verify.RoundRecompute;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.WeightMode;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.round.RoundPlan;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.round.Site;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** Groups of three of masked contributions, one colluder, against members that send poison. */
class GroupOpeningTest {
  private static final int NUMBERS = 30;
  private static final double TARGET = 0.8;

  /** A site that pulls the model most of the way towards one place, a little off it. */
  private record PullingSite(ToySite toy) implements Site {
    @Override
    public Digest code() {
      return toy.code();
    }

    @Override
    public Selection select(Study study) {
      return toy.select(study);
    }

    @Override
    public LocalUpdate train(RoundPlan plan) {
      var random = new SplittableRandom(toy.seed() * 31 + plan.opened().round());
      double[] change = plan.base().model().parameters(plan.study().vector()).toArray();
      for (int i = 0; i < change.length; i++) {
        change[i] = 0.8 * (TARGET - change[i]) + random.nextDouble(-0.02, 0.02);
      }
      return new LocalUpdate(RealVector.of(change), 100, List.of());
    }

    @Override
    public Evaluation evaluate(Study study, ModelFile model) {
      return new Evaluation(0, new TreeMap<>());
    }
  }

  private final Notes notes = new Notes();

  private static PullingSite pulling(int seed) {
    return new PullingSite(new ToySite(seed));
  }

  /** The hostile ones stand at every seventh place. */
  private static List<Site> sites(int peers, int hostile) {
    List<PullingSite> honest =
        IntStream.range(0, peers - hostile).mapToObj(GroupOpeningTest::pulling).toList();
    List<Site> sites = new ArrayList<>(honest);
    for (int i = 0; i < hostile; i++) {
      sites.add(7 * i, new HostileSite(pulling(100 + i), honest, Attack.MINUS_EIGHT, peers));
    }
    return sites;
  }

  private static Study study(int rounds, Study.Privacy privacy, @Nullable Robust robust) {
    Study plain = ToyConsortium.maskedStudy(NUMBERS, rounds, 2, ServerOptimiser.fedAvg());
    return new Study(
        plain.id(),
        plain.version(),
        plain.kind(),
        plain.purpose(),
        plain.legalBasis(),
        privacy,
        plain.vector(),
        plain.training(),
        plain.server(),
        plain.schema(),
        plain.code(),
        plain.initialModel(),
        plain.statistics(),
        plain.rounds(),
        plain.roundsMax(),
        plain.acceptance(),
        plain.deadlines(),
        robust,
        null);
  }

  private static Study.Privacy privacy(Policy policy, int minimum) {
    return new Study.Privacy(policy, WeightMode.UNIFORM, 1000, minimum, 2, 1, false);
  }

  private static Study grouped(int rounds, int poisoners) {
    int minimum = 3 * (2 * poisoners + 1);
    return study(
        rounds,
        privacy(Policy.GROUP_OPENING, minimum),
        new Robust(RobustRule.MEDIAN, poisoners, null));
  }

  private SimulatedConsortium run(Study study, List<Site> sites, FaultPlan faults, Path folder) {
    ModelFile initial = ToyConsortium.initialModel(study.vector());
    SimulatedConsortium consortium = ToyConsortium.of(sites, study, initial, folder, 5);
    consortium.run(study.id(), faults, notes);
    return consortium;
  }

  /** The largest distance of a number of the last model from where the honest pull it. */
  private static double error(SimulatedConsortium consortium, Study study) {
    ModelId last =
        requireNonNull(consortium.standing().get(ToyConsortium.member(1))).lastEntry().getValue();
    RoundArchive archive =
        new RoundArchive(consortium.folder(ToyConsortium.member(1)).resolve("archive"));
    double[] numbers = archive.model(last).orElseThrow().parameters(study.vector()).toArray();
    double largest = 0;
    for (double number : numbers) {
      largest = Math.max(largest, Math.abs(number - TARGET));
    }
    return largest;
  }

  private static Partition groups(RoundView round) {
    return round.separation().map(Separation::groups).orElseThrow();
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource({"9, 1", "21, 3"})
  void poisoned_groups_are_outvoted_where_the_sum_of_all_is_not(
      int peers, int hostile, @TempDir Path first, @TempDir Path second) {
    int rounds = 2;
    Study study = grouped(rounds, hostile);
    SimulatedConsortium consortium = run(study, sites(peers, hostile), FaultPlan.NONE, first);

    assertThat(error(consortium, study)).isLessThan(0.1);
    assertThat(Set.copyOf(consortium.standing().values())).hasSize(1);
    assertOutvoted(Ledgers.rounds(consortium, study.id()), peers, hostile);

    Study plain = study(rounds, privacy(Policy.PRIVATE_SUM, 3 * (2 * hostile + 1)), null);
    assertThat(error(run(plain, sites(peers, hostile), FaultPlan.NONE, second), plain))
        .isGreaterThan(0.15);
    assertAudited(consortium, ToyConsortium.members(peers));
  }

  private void assertOutvoted(List<RoundView> rounds, int peers, int hostile) {
    for (RoundView round : rounds) {
      assertThat(round.ending()).containsInstanceOf(Finalised.class);
      assertThat(groups(round).groups()).hasSize(2 * hostile + 1).allMatch(g -> g.size() == 3);
    }
    long poisoned =
        IntStream.range(0, hostile)
            .map(i -> groups(rounds.getFirst()).groupOf(ToyConsortium.member(7 * i)))
            .distinct()
            .count();
    List<String> outvoted =
        notes.sentences().stream().filter(said -> said.contains("was outvoted")).toList();
    assertThat(outvoted).hasSizeGreaterThanOrEqualTo((int) poisoned * peers);
    assertThat(outvoted)
        .as("told by a node, of no member")
        .noneMatch(GroupOpeningTest::namesAMember);
    assertThat(rounds.stream().map(round -> groups(round).groups()).distinct())
        .as("drawn anew each round")
        .hasSizeGreaterThan(1);
  }

  private static boolean namesAMember(String note) {
    return note.substring(note.indexOf(": ")).contains("hospital");
  }

  private static void assertAudited(SimulatedConsortium consortium, List<MemberId> members) {
    AuditReport report = Ledgers.assertAudited(consortium, members);
    assertThat(report.recomputed().orElseThrow())
        .allSatisfy(
            round ->
                assertThat(round.checks())
                    .extracting(RoundRecompute.Check::what)
                    .contains("groups"));
  }

  private static FaultPlan kill(List<Integer> victims, RoundStep step) {
    return (member, round, now) ->
        round.number() == 1
                && now == step
                && victims.stream().map(ToyConsortium::member).anyMatch(member::equals)
            ? Optional.of(new FaultPlan.Kill(-1))
            : Optional.empty();
  }

  @ParameterizedTest
  @CsvSource({"STAND_BY", "UNMASK", "SEPARATE", "STRIP"})
  void one_peer_that_falls_silent_after_the_opening_costs_no_group(
      RoundStep step, @TempDir Path folder) {
    Study study = grouped(1, 1);
    SimulatedConsortium consortium = run(study, sites(9, 1), kill(List.of(4), step), folder);

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.ending()).containsInstanceOf(Finalised.class);
    assertThat(round.contributors()).hasSize(9);
    assertThat(round.separation().orElseThrow().separated())
        .hasSize(step == RoundStep.STRIP ? 9 : 8);
    assertThat(groups(round).groups()).hasSize(3);
    List<MemberId> left = new ArrayList<>(ToyConsortium.members(9));
    left.remove(ToyConsortium.member(4));
    assertAudited(consortium, left);
  }

  @Test
  void two_that_fall_silent_in_two_groups_leave_too_few_and_the_model_stays(@TempDir Path folder) {
    Study study = grouped(1, 1);
    List<Integer> silent = new ArrayList<>();
    FaultPlan faults =
        (member, round, step) -> {
          boolean falls =
              round.number() == 1
                  && step == RoundStep.SEPARATE
                  && silent.size() < 2
                  && !member.equals(ToyConsortium.member(1));
          if (falls) {
            silent.add(ToyConsortium.members(9).indexOf(member));
          }
          return falls ? Optional.of(new FaultPlan.Kill(-1)) : Optional.empty();
        };
    SimulatedConsortium consortium = run(study, sites(9, 0), faults, folder);

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    Partition drawn = round.separation().flatMap(Separation::drawn).orElseThrow();
    boolean together =
        silent.stream().map(i -> drawn.groupOf(ToyConsortium.member(i))).distinct().count() == 1;
    assertThat(groups(round).groups()).hasSize(together ? 3 : 2);
    assertThat(round.ending()).containsInstanceOf(together ? Finalised.class : Rejected.class);
  }

  @Test
  void a_peer_that_comes_back_in_time_separates_with_the_same_bytes(@TempDir Path folder) {
    Study study = grouped(1, 1);
    boolean[] done = new boolean[1];
    FaultPlan faults =
        (member, round, step) -> {
          boolean falls =
              !done[0] && member.equals(ToyConsortium.member(3)) && step == RoundStep.STRIP;
          done[0] |= falls;
          return falls ? Optional.of(new FaultPlan.Kill(2_000)) : Optional.empty();
        };
    SimulatedConsortium consortium = run(study, sites(9, 1), faults, folder);

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.separation().orElseThrow().separated()).hasSize(9);
    assertThat(round.attested()).hasSize(9);
    Ledgers.assertNothingIsSaidTwice(consortium);
    assertAudited(consortium, ToyConsortium.members(9));
  }
}
