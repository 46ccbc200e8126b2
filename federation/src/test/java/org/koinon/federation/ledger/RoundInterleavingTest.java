package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Ending;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundModel.Action;
import org.koinon.federation.ledger.RoundModel.Post;
import org.koinon.federation.ledger.RoundModel.World;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.Policy;
import org.koinon.testkit.Seeded;

/**
 * Whatever order peers act in, whoever falls silent and comes back, whenever deadlines pass: a
 * round ends once, and can end while a majority is up.
 */
class RoundInterleavingTest {
  /** A round's entries so far, each judged by the real rules when it was said. */
  private record Run(RoundModel model, boolean signatures) {
    World take(World world, Action action) {
      if (action instanceof Post(int level, int author, Entry entry)) {
        judge(world, author, entry);
      }
      return model.after(world, action);
    }

    private void judge(World world, int author, Entry entry) {
      LedgerState state = model.state(world);
      if (signatures) {
        assertThat(LedgerRules.admit(state, model.signed(author, entry)))
            .as("%s by %s", entry, model.member(author))
            .isEqualTo(new Admission.Admitted());
      } else {
        new RoundRules(state, new Membership(state))
            .check(model.member(author), (RoundEntry) entry);
      }
    }

    World finish(World from) {
      World now = from;
      while (true) {
        List<Action> actions = model.actions(now, true);
        if (actions.isEmpty()) {
          return now;
        }
        now = take(now, actions.getFirst());
      }
    }

    /** Nobody can act: the round is over, if a majority is up, and the study can go on. */
    Ending end(World world) {
      RoundView view = model.view(world);
      view.sealed().ifPresent(set -> assertThat(view.received()).isEqualTo(set.contributors()));
      assertThat(view.ending())
          .as("phase %s of %s, up %s", view.reached(), view.opened().id(), world.up())
          .isPresent();
      otherEndingsAreRefused(world, view);
      return view.ending().orElseThrow();
    }

    private void otherEndingsAreRefused(World world, RoundView view) {
      RoundId id = view.opened().id();
      Ending stands = view.ending().orElseThrow();
      for (Phase phase : Phase.values()) {
        Ending other = new Abandoned(id.study(), id.number(), AbandonReason.DEADLINE, phase);
        if (signatures && !other.equals(stands)) {
          assertThat(LedgerRules.admit(model.state(world), model.signed(0, other)))
              .isInstanceOfSatisfying(
                  Admission.Refused.class,
                  refused -> assertThat(refused.refusal()).isEqualTo(Refusal.ALREADY_SAID));
        }
      }
    }

    /**
     * With q up, a retry has a result after at most three more rounds; unless a masked sum was
     * opened before, for then only a set like that one or far from it may follow.
     */
    void retry(World abandoned) {
      World world = abandoned;
      for (int retries = 0; retries < 3; retries++) {
        if (model.view(world).released().isPresent()) {
          return;
        }
        world = finish(model.open(world));
        if (!(end(world) instanceof Abandoned)) {
          return;
        }
      }
      throw new AssertionError("three retries were abandoned: " + end(world));
    }
  }

  private static List<Vote> accepting(int n) {
    return Collections.nCopies(n, Vote.ACCEPT);
  }

  @Seeded(cases = 40)
  void a_round_never_stands_still_while_a_majority_is_up_and_a_retry_ends(long seed) {
    neverStandsStill(seed, of3To7(seed), Policy.OPEN);
  }

  @Seeded(cases = 40)
  void a_masked_round_never_stands_still_while_a_majority_is_up_and_a_retry_ends(long seed) {
    neverStandsStill(seed, of3To7(seed), Policy.PRIVATE_SUM);
  }

  /** Three groups of at least three: some rounds have one member to spare or two, some none. */
  @Seeded(cases = 15)
  void a_round_of_groups_never_stands_still_while_a_majority_is_up_and_a_retry_ends(long seed) {
    neverStandsStill(seed, 9 + Math.floorMod(seed, 3), Policy.GROUP_OPENING);
  }

  private static int of3To7(long seed) {
    return List.of(3, 4, 5, 7).get((int) (seed % 4));
  }

  private static void neverStandsStill(long seed, int n, Policy policy) {
    Random random = new Random(seed);
    List<Vote> votes =
        IntStream.range(0, n)
            .mapToObj(i -> random.nextInt(10) == 0 ? Vote.REJECT : Vote.ACCEPT)
            .toList();
    Run run = new Run(new RoundModel(n, votes, random.nextBoolean(), policy), true);
    World world = wander(run, random, run.model.start(new Quorum(n).faults(), random.nextInt(4)));
    world = run.finish(world);
    if (world.up().cardinality() < new Quorum(n).majority()) {
      return;
    }
    Ending ending = run.end(world);
    if (ending instanceof Abandoned && world.up().cardinality() >= run.model.needed()) {
      run.retry(world);
    }
  }

  private static World wander(Run run, Random random, World start) {
    double[] weights = {
      1, Math.pow(.5, random.nextInt(4)), Math.pow(.5, 2 + random.nextInt(6)), 0, 0
    };
    boolean impatient = random.nextBoolean();
    weights[3] = impatient ? .3 : Math.pow(.5, 3 + random.nextInt(7));
    weights[4] = impatient ? .1 : Math.pow(.5, 4 + random.nextInt(7));
    double falls = List.of(.01, .03, .1).get(random.nextInt(3));
    int n = run.model.peers();
    World world = start;
    for (int steps = random.nextInt(60 * n); steps >= 0; steps--) {
      int peer = random.nextInt(n);
      if (world.kills() > 0 && world.up().get(peer) && random.nextDouble() < falls) {
        world = run.model.without(world, peer);
      } else if (world.returns() > 0 && !world.up().get(peer) && random.nextDouble() < .1) {
        world = run.model.with(world, peer, world.kills() + 1);
      }
      surplus(run, random, world);
      List<Action> actions = run.model.actions(world, false);
      if (actions.isEmpty()) {
        return world;
      }
      world = run.take(world, choose(actions, weights, random));
    }
    return world;
  }

  /** An Overdue of a phase that was passed is taken, and the round stays where it is. */
  private static void surplus(Run run, Random random, World world) {
    RoundView view = run.model.view(world);
    if (view.ending().isPresent() || random.nextInt(8) != 0) {
      return;
    }
    RoundId id = view.opened().id();
    int peer = random.nextInt(run.model.peers());
    for (Phase phase : Phase.of(view.study().privacy().policy())) {
      Overdue overdue = new Overdue(id.study(), id.number(), phase, 1);
      SignedEntry signed = run.model.signed(peer, overdue);
      Admission admission = LedgerRules.admit(run.model.state(world), signed);
      if (phase.compareTo(view.reached()) > 0) {
        assertThat(admission)
            .isInstanceOfSatisfying(
                Admission.Refused.class,
                refused -> assertThat(refused.refusal()).isEqualTo(Refusal.PHASE_NOT_OPEN));
      } else {
        assertThat(admission).isNotInstanceOf(Admission.Refused.class);
      }
      if (phase.compareTo(view.reached()) < 0 || view.open().isEmpty()) {
        RoundView after = run.model.view(run.model.after(world, new Post(3, peer, overdue)));
        if (phase.compareTo(view.reached()) <= 0) {
          assertThat(after.due()).isEqualTo(view.due());
          assertThat(after.reached()).isEqualTo(view.reached());
        }
      }
    }
  }

  private static Action choose(List<Action> actions, double[] weights, Random random) {
    double total = actions.stream().mapToDouble(a -> weights[a.level()]).sum();
    double point = random.nextDouble() * total;
    for (Action action : actions) {
      point -= weights[action.level()];
      if (point <= 0) {
        return action;
      }
    }
    return actions.getLast();
  }

  @Seeded(cases = 20)
  void of_four_peers_one_may_fall_silent_anywhere_and_every_round_is_finalised(long seed) {
    var _ = isFinalised(seed, 4, Policy.OPEN);
  }

  @Seeded(cases = 20)
  void of_four_peers_one_may_fall_silent_and_every_masked_round_is_finalised(long seed) {
    var _ = isFinalised(seed, 4, Policy.PRIVATE_SUM);
  }

  @Seeded(cases = 8)
  void of_ten_peers_one_may_fall_silent_and_every_round_of_groups_is_finalised(long seed) {
    RoundView over = isFinalised(seed, 10, Policy.GROUP_OPENING);
    Separation separation = over.separation().orElseThrow();
    assertThat(separation.drawn().orElseThrow().groups()).hasSize(3);
    assertThat(separation.groups()).isEqualTo(separation.drawn().orElseThrow());
  }

  private static RoundView isFinalised(long seed, int n, Policy policy) {
    Random random = new Random(seed);
    Run run = new Run(new RoundModel(n, accepting(n), seed % 3 == 0, policy), true);
    World world = run.model.start(1, random.nextInt(2));
    int silentAt = random.nextInt(12 * n);
    int backAt = silentAt + 1 + random.nextInt(5 * n);
    int victim = random.nextInt(n);
    for (int step = 0; ; step++) {
      if (step == silentAt) {
        world = run.model.without(world, victim);
      } else if (step == backAt && world.returns() > 0 && !world.up().get(victim)) {
        world = run.model.with(world, victim, 0);
      }
      List<Action> actions = run.model.actions(world, true);
      if (actions.isEmpty()) {
        break;
      }
      world = run.take(world, actions.get(random.nextInt(actions.size())));
    }
    assertThat(run.end(world)).isInstanceOf(Finalised.class);
    return run.model.view(world);
  }

  /** {@code -Dkoinon.long=true} lets the silent one come back: 21,395 worlds, minutes. */
  @Test
  void every_interleaving_of_three_peers_of_whom_one_may_fall_silent_ends() {
    assertThat(endings(Policy.OPEN))
        .containsExactlyInAnyOrder(
            "Abandoned READY",
            "Abandoned COMMITTED",
            "Abandoned RECEIPTED",
            "Abandoned SHARD_RESULT",
            "Abandoned ATTESTED",
            "Finalised");
  }

  @Test
  void every_interleaving_of_three_masked_peers_of_whom_one_may_fall_silent_ends() {
    assertThat(endings(Policy.PRIVATE_SUM))
        .containsExactlyInAnyOrder(
            "Abandoned READY",
            "Abandoned KEYED",
            "Abandoned COMMITTED",
            "Abandoned RECEIPTED",
            "Abandoned SHARD_RESULT",
            "Abandoned ATTESTED",
            "Finalised");
  }

  /** How the round of three may end, in every interleaving there is. */
  private static Set<String> endings(Policy policy) {
    Run run = new Run(new RoundModel(3, accepting(3), true, policy), false);
    Set<World> seen = new HashSet<>();
    Map<String, Integer> endings = new TreeMap<>();
    Deque<World> open =
        new ArrayDeque<>(List.of(run.model.start(1, Boolean.getBoolean("koinon.long") ? 1 : 0)));
    while (!open.isEmpty()) {
      World world = open.pop();
      if (!seen.add(world)) {
        continue;
      }
      List<Action> actions = run.model.actions(world, true);
      if (actions.isEmpty()) {
        Ending ending = run.end(world);
        endings.merge(name(ending), 1, Integer::sum);
        if (ending instanceof Abandoned && world.up().cardinality() == 3) {
          run.retry(world);
        }
      }
      actions.forEach(action -> open.push(run.take(world, action)));
      if (run.model.view(world).ending().isEmpty()) {
        for (int peer = 0; peer < 3; peer++) {
          if (world.kills() > 0 && world.up().get(peer)) {
            open.push(run.model.without(world, peer));
          }
          if (world.returns() > 0 && !world.up().get(peer)) {
            open.push(run.model.with(world, peer, world.kills()));
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(1_000);
    return endings.keySet();
  }

  private static String name(Ending ending) {
    return switch (ending) {
      case Finalised finalised -> "Finalised";
      case Rejected rejected -> "Rejected";
      case Abandoned abandoned -> "Abandoned " + abandoned.phase();
    };
  }
}
