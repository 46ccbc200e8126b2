package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;

/**
 * Members who speak in one phase at the same time: none reads what another writes, so that Fabric
 * finds all of their transactions valid, though they stand in one block.
 */
class SpeakingAtOnceTest {
  private static final MaskedStudy MASKED = MaskedStudy.of(5);
  private static final MaskedStudy GROUPED = MaskedStudy.grouped(9);

  /** An entry, and what its judgement asked for. */
  private record Judged(EntryKey key, Set<EntryKey> asked) {}

  private static Judged judged(MaskedStudy study, TestBranch branch, Said said) {
    SignedEntry signed = study.consortium().sign(branch.seen(), said.author(), said.entry());
    Set<EntryKey> asked = new HashSet<>();
    LedgerState reading =
        key -> {
          asked.add(key);
          return branch.get(key);
        };
    assertThat(LedgerRules.admit(reading, signed)).isEqualTo(new Admission.Admitted());
    return new Judged(signed.entryKey(), asked);
  }

  private static void assertIndependent(List<Judged> all) {
    assertThat(all).hasSizeGreaterThan(1);
    for (Judged one : all) {
      for (Judged other : all) {
        if (!one.key().equals(other.key())) {
          assertThat(one.asked())
              .as("%s does not depend on %s", one.key(), other.key())
              .doesNotContain(other.key());
        }
      }
    }
  }

  private static MaskedStudy study(Phase phase) {
    return phase == Phase.SEPARATED ? GROUPED : MASKED;
  }

  /** What each of these would say next, were it the only one to speak. */
  private static List<Said> words(MaskedStudy study, TestBranch branch, Stream<MemberId> members) {
    return members
        .flatMap(
            member ->
                TestRound.next(branch, study.id(), member::equals, member)
                    .filter(said -> said.author().equals(member))
                    .stream())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void what_members_say_in_a_phase_can_stand_in_one_block(Phase phase) {
    MaskedStudy study = study(phase);
    TestBranch branch = study.at(phase);
    if (phase == Phase.SEPARATED) {
      Said coin = TestRound.next(branch, study.id(), m -> true, study.member(0)).orElseThrow();
      branch.write(coin.author(), coin.entry());
    }

    List<Judged> all = new ArrayList<>();
    for (Said said : words(study, branch, study.members(0, study.size()).stream())) {
      all.add(judged(study, branch, said));
    }

    assertIndependent(all);
  }

  @ParameterizedTest
  @EnumSource
  void deadlines_that_pass_at_the_same_time_can_stand_in_one_block(Phase phase) {
    MaskedStudy study = study(phase);
    TestBranch branch = study.at(phase);
    for (int n = 1; n <= 2; n++) {
      Overdue overdue = new Overdue(study.id(), 1, phase, n);
      List<Judged> all = new ArrayList<>();
      for (MemberId member : study.members(0, study.size())) {
        all.add(judged(study, branch, new Said(member, overdue)));
      }

      assertIndependent(all);
      study.members(0, study.size()).forEach(member -> branch.write(member, overdue));
    }
  }

  @ParameterizedTest
  @EnumSource
  void who_is_late_speaks_as_long_as_time_is_not_up(Phase phase) {
    MaskedStudy study = study(phase);
    MemberId late = study.member(study.size() - 1);
    TestBranch branch = study.at(phase);
    // One fewer than it takes to close a phase.
    study
        .members(0, study.quorum().votes() - 1)
        .forEach(member -> branch.write(member, new Overdue(study.id(), 1, phase, 1)));
    List<Said> words = new ArrayList<>();
    if (phase != Phase.SEPARATED) {
      words.addAll(words(study, branch, Stream.of(late)));
      assertThat(words).hasSize(1);
      assertThat(branch.say(late, words.getFirst().entry())).isEqualTo(new Admission.Admitted());
    }

    branch.write(late, new Overdue(study.id(), 1, phase, 1));

    // Attestations are taken until a result has a quorum.
    Admission expected =
        phase == Phase.ATTESTED
            ? new Admission.Admitted()
            : new Admission.Refused(Refusal.PHASE_CLOSED, phase.toString());
    for (Said said : words) {
      assertThat(branch.say(late, said.entry())).isEqualTo(expected);
    }
  }
}
