package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Robust;
import org.koinon.federation.study.RobustRule;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.WeightMode;

/** What belongs to a masked round has no place in an open one, and the other way round. */
class PolicyTest {
  private static final TestConsortium FOUR = TestConsortium.ofHospitals(4);
  private static final StudyId OPEN = FOUR.study().id();
  private static final VerifiedLog SET_UP = FOUR.log(FOUR.setUp());
  private static final MemberId FIRST = FOUR.member(0);
  private static final Digest ANY = TestConsortium.digest("any");

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  private static TestBranch open(Phase phase) {
    TestBranch branch = TestBranch.of(FOUR, SET_UP);
    branch.playUntil(OPEN, member -> true, MaskedStudy.in(phase));
    return branch;
  }

  @Test
  void an_open_round_has_no_keys_no_weights_in_the_clear_and_no_masks() {
    TestBranch ready = open(Phase.READY);
    Digest code = FOUR.study().code();
    assertRefused(
        ready.say(FIRST, new Ready(OPEN, 1, ANY, 1, 1, code, ANY, null)), Refusal.POLICY_MISMATCH);
    assertRefused(
        ready.say(FIRST, new Ready(OPEN, 1, ANY, 1, 1, code, null, 64)), Refusal.POLICY_MISMATCH);
    BitSet all = new BitSet();
    all.set(0, 4);
    TestBranch committing = open(Phase.COMMITTED);
    Digest view = committing.view(OPEN).phaseHash(Phase.READY);
    assertRefused(
        committing.say(FIRST, new Keyed(OPEN, 1, view, ANY, ANY, ANY, Bitmap.of(all))),
        Refusal.POLICY_MISMATCH);
    assertRefused(
        committing.say(FIRST, new Overdue(OPEN, 1, Phase.KEYED, 1)), Refusal.PHASE_NOT_OPEN);
    TestBranch summing = open(Phase.SHARD_RESULT);
    Digest sealed = summing.view(OPEN).sealed().orElseThrow().bodyDigest();
    assertRefused(
        summing.say(FIRST, new Missing(OPEN, 1, sealed, FIRST, 0, FOUR.member(1))),
        Refusal.POLICY_MISMATCH);
    assertRefused(summing.say(FIRST, new Opened(OPEN, 1, sealed, List.of())), Refusal.NOT_COMPUTED);
    TestBranch attesting = open(Phase.ATTESTED);
    var said = TestRound.attested(attesting.view(OPEN), Vote.ACCEPT);
    assertRefused(
        attesting.say(FIRST, TestRound.with(said, new Unmasked(ANY, ANY, null))),
        Refusal.POLICY_MISMATCH);
    assertRefused(
        attesting.say(
            FIRST, new Accusation(OPEN, 1, FOUR.member(1), AccusationKind.WRONG_SUM, "MA==")),
        Refusal.POLICY_MISMATCH);
  }

  private static Ready ready(MaskedStudy study, @Nullable Digest key, @Nullable Integer units) {
    return new Ready(study.id(), 1, ANY, 1, 1, study.study().code(), key, units);
  }

  private static MaskedStudy weighted(WeightMode weights) {
    return MaskedStudy.of(4, new Study.Privacy(Policy.PRIVATE_SUM, weights, 1000, 3, 2));
  }

  private static void assertUnits(WeightMode weights, List<Integer> good, List<Integer> bad) {
    MaskedStudy study = weighted(weights);
    TestBranch branch = study.at(Phase.READY);
    for (int units : good) {
      assertThat(branch.say(FIRST, ready(study, ANY, units))).isEqualTo(new Admission.Admitted());
    }
    for (int units : bad) {
      assertRefused(branch.say(FIRST, ready(study, ANY, units)), Refusal.POLICY_MISMATCH);
    }
    Admission without = branch.say(FIRST, ready(study, ANY, null));
    if (good.isEmpty()) {
      assertThat(without).isEqualTo(new Admission.Admitted());
    } else {
      assertRefused(without, Refusal.POLICY_MISMATCH);
    }
    assertRefused(
        branch.say(FIRST, ready(study, null, good.isEmpty() ? null : good.getFirst())),
        Refusal.POLICY_MISMATCH);
  }

  @Test
  void a_masked_round_has_keys_and_weights_as_the_terms_say() {
    assertUnits(WeightMode.PUBLIC, List.of(1, 3, 1000), List.of(0, -1, 1001));
    assertUnits(WeightMode.BUCKET, List.of(1, 2, 512), List.of(0, 3, 1000, 1024));
    assertUnits(WeightMode.UNIFORM, List.of(), List.of(1));
    assertUnits(WeightMode.MASKED, List.of(), List.of(1));
  }

  @Test
  void a_group_opening_study_needs_c_plus_two_times_two_p_plus_one_contributors() {
    TestConsortium nine = TestConsortium.ofHospitals(9);
    TestBranch branch = TestBranch.of(nine, nine.log(List.of(nine.founding())));
    Study study = nine.privateStudy();
    assertRefused(
        branch.say(FIRST, new Proposed(TestConsortium.grouped(study, 8, 1, 1))),
        Refusal.GROUPS_TOO_SMALL);
    assertRefused(
        branch.say(FIRST, new Proposed(TestConsortium.grouped(study, 9, 2, 1))),
        Refusal.GROUPS_TOO_SMALL);
    assertRefused(
        branch.say(FIRST, new Proposed(TestConsortium.grouped(study, 9, 1, 2))),
        Refusal.GROUPS_TOO_SMALL);
    assertThat(branch.say(FIRST, new Proposed(TestConsortium.grouped(study, 9, 1, 1))))
        .isEqualTo(new Admission.Admitted());
  }

  @Test
  void group_opening_is_of_training_with_uniform_weights_and_a_median() {
    Study grouped = TestConsortium.grouped(FOUR.privateStudy(), 9, 1, 1);
    Study.Privacy terms = grouped.privacy();
    assertThat(grouped.groups()).isEqualTo(3);
    assertThat(grouped.shardRule()).isNull();
    Study.Privacy strict = new Study.Privacy(terms.policy(), terms.weights(), 1000, 9, 2, 1, true);
    Study.Privacy weighted =
        new Study.Privacy(terms.policy(), WeightMode.MASKED, 1000, 9, 2, 1, false);
    for (Study.Privacy bad : List.of(strict, weighted)) {
      assertThatThrownBy(() -> TestConsortium.with(grouped, bad))
          .isInstanceOf(FormatException.class);
    }
    for (Robust bad :
        List.of(new Robust(RobustRule.KRUM, 1, null), new Robust(RobustRule.MEDIAN, 0, null))) {
      assertThatThrownBy(() -> TestConsortium.with(grouped, "robust", RecordCodec.toJson(bad)))
          .isInstanceOf(FormatException.class);
    }
  }
}
