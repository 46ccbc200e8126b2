package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.masking.MemberMessage.Unmask;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundJournal;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** A member of the sum that releases other masks than those it put on, or puts them on garbage. */
class AWrongReleaseTest {
  private static final int PEERS = 7;

  /** Of a prepared update: version, two hashes, two salts, a commitment, three numbers, lengths. */
  private static final int WORDS_AT = 4 + 2 * 32 + 2 * 32 + 32 + 3 * 4 + 2 * 4;

  private static final Seed OTHER = Seed.draw(new SplittableRandom(5));

  private final Study study = ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg());
  private final List<MemberId> members = ToyConsortium.members(PEERS);
  private final MemberId dropped = members.get(6);

  @TempDir private Path folder;

  private Liar liar(long seed) {
    return new Liar(ToyConsortium.of(PEERS, study, folder, seed), study, 2);
  }

  private FaultPlan drops(MemberId who) {
    return (member, round, step) ->
        member.equals(who) && round.number() == 1 && step == RoundStep.EXCHANGE
            ? Optional.of(new FaultPlan.Kill(-1))
            : Optional.empty();
  }

  /** It counts as silent: others release their shares of what it masked with. */
  @Test
  void a_wrong_self_mask_is_passed_over_and_the_right_one_rebuilt() {
    Liar liar = liar(161);
    liar.says(
        signed ->
            liar.altered(
                signed, Unmask.class, said -> new Unmask(said.phase(), OTHER, said.dropped())));
    SimulatedConsortium consortium = liar.consortium();

    consortium.run(study.id(), FaultPlan.NONE, new Notes());

    RoundView round = Ledgers.rounds(consortium, study.id()).getFirst();
    assertThat(round.contributors()).isEqualTo(members);
    PlainSum.assertIsResult(consortium, round, members.getFirst());
    assertThat(liar.accusations()).isEmpty();
    var _ = Ledgers.assertAudited(consortium, members);
  }

  /** Nobody committed to it, so that nobody can be named; but no sum stands, and all are spent. */
  @Test
  void a_wrong_seed_of_a_pair_costs_the_round_and_its_updates_and_names_nobody() {
    Liar liar = liar(162);
    liar.says(signed -> liar.altered(signed, Unmask.class, AWrongReleaseTest::withOtherSeeds));
    SimulatedConsortium consortium = liar.consortium();
    FaultPlan drops = drops(dropped);
    FaultPlan plan =
        (member, round, step) -> {
          if (round.number() == 2 && step == RoundStep.CONTRIBUTE) {
            assertOldUpdateIsRefused(consortium, member);
          }
          return drops.at(member, round, step);
        };

    consortium.run(study.id(), plan, new Notes());

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds.getFirst().contributors()).isEqualTo(members.subList(0, 6));
    assertThat(rounds.getFirst().ending()).containsInstanceOf(Rejected.class);
    assertThat(liar.accusations()).isEmpty();
    PlainSum.assertIsResult(consortium, rounds.get(1), members.getFirst());
  }

  /** What it puts under its masks is no update: numbers that no sum of clipped ones can have. */
  @Test
  void a_contribution_out_of_range_costs_the_round_and_its_updates_and_names_nobody() {
    Liar liar = liar(163);
    SimulatedConsortium consortium = liar.consortium();
    consortium.run(
        study.id(),
        (member, round, step) ->
            step == RoundStep.KEY ? Optional.of(new FaultPlan.Kill(-1)) : Optional.empty(),
        new Notes());
    prepareGarbage(liar);
    Set<MemberId> refused = new TreeSet<>();

    consortium.run(
        study.id(),
        (member, round, step) -> {
          if (round.number() == 2 && step == RoundStep.CONTRIBUTE) {
            assertOldUpdateIsRefused(consortium, member);
            refused.add(member);
          }
          return Optional.empty();
        },
        new Notes());

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds.getFirst().contributors()).isEqualTo(members);
    assertThat(rounds.getFirst().ending()).containsInstanceOf(Rejected.class);
    assertThat(liar.accusations()).isEmpty();
    assertThat(refused).containsExactlyElementsOf(members);
    assertThat(rounds.get(1).contributors()).isEqualTo(members);
    PlainSum.assertIsResult(consortium, rounds.get(1), members.getFirst());
    var _ = Ledgers.assertAudited(consortium, members);
  }

  /** The largest words of the ring, in place of those that it is ready with. */
  private void prepareGarbage(Liar liar) {
    SimulatedConsortium consortium = liar.consortium();
    String name = "update-" + study.id();
    byte[] update =
        Objects.requireNonNull(JournalBytes.read(consortium, liar.id()).get(name)).clone();
    ByteBuffer words = ByteBuffer.wrap(update).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < study.vector().modelWords(); i++) {
      words.putInt(WORDS_AT + Integer.BYTES * i, Integer.MAX_VALUE);
    }
    Path folder = JournalBytes.folder(consortium, liar.id());
    try (RoundJournal journal = RoundJournal.open(folder, JournalBytes.key(liar.id()))) {
      journal.write(name, update);
    }
  }

  private static Unmask withOtherSeeds(Unmask said) {
    SortedMap<MemberId, Seed> seeds = new TreeMap<>(said.dropped());
    seeds.replaceAll((member, seed) -> OTHER);
    return new Unmask(said.phase(), said.self(), seeds);
  }

  private void assertOldUpdateIsRefused(SimulatedConsortium consortium, MemberId member) {
    RoundView first = Ledgers.rounds(consortium, study.id()).getFirst();
    Ready old = Objects.requireNonNull(first.ready().get(member));
    Ready again =
        new Ready(
            old.study(),
            2,
            old.update(),
            old.consent(),
            old.dataset(),
            old.code(),
            old.kemKey(),
            old.units());
    assertThat(Ledgers.append(consortium, member, again))
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UPDATE_SPENT));
  }
}
