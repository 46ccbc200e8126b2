package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.koinon.federation.ledger.MaskedStudy.in;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.CheckedFor;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;

/** From the sealed set to the ending of a masked round: sums are settled, then opened. */
class MaskedSumTest {
  private static final MaskedStudy SEVEN = MaskedStudy.of(7);
  private static final Digest WRONG = TestConsortium.digest("another sum");

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  private static ShardMap map(TestBranch branch) {
    return SEVEN.view(branch).shards().orElseThrow();
  }

  private static Digest right(int shard) {
    return TestConsortium.digest("sum of " + shard + " in " + new RoundId(SEVEN.id(), 1));
  }

  private static ShardResultExtra extra(TestBranch branch, int shard, Digest root) {
    Digest sealed = SEVEN.view(branch).sealed().orElseThrow().bodyDigest();
    return new ShardResultExtra(SEVEN.id(), 1, sealed, shard, root);
  }

  /** All owners speak, but of shard 0 the liars say something wrong and the silent nothing. */
  private static TestBranch summed(Set<Integer> liars, Set<Integer> silent) {
    TestBranch branch = SEVEN.at(Phase.SHARD_RESULT);
    RoundView view = SEVEN.view(branch);
    List<MemberId> line = map(branch).line();
    for (int place = 0; place < 7; place++) {
      List<ShardRoot> roots = new ArrayList<>();
      for (ShardRoot root : TestRound.shardResult(view, line.get(place)).roots()) {
        if (root.shard() != 0) {
          roots.add(root);
        } else if (liars.contains(place)) {
          roots.add(new ShardRoot(0, WRONG));
        } else if (!silent.contains(place)) {
          roots.add(root);
        }
      }
      Digest sealed = view.sealed().orElseThrow().bodyDigest();
      branch.write(line.get(place), new ShardResult(SEVEN.id(), 1, sealed, roots));
    }
    return branch;
  }

  private static Opened opened(TestBranch branch, Digest first) {
    List<ShardRoot> roots = new ArrayList<>();
    for (int shard = 0; shard < 7; shard++) {
      roots.add(new ShardRoot(shard, shard == 0 ? first : right(shard)));
    }
    Digest sealed = SEVEN.view(branch).sealed().orElseThrow().bodyDigest();
    return new Opened(SEVEN.id(), 1, sealed, roots);
  }

  @Test
  void what_two_owners_say_is_settled_and_opened() {
    TestBranch branch = summed(Set.of(), Set.of());

    assertThat(SEVEN.view(branch).due()).contains(opened(branch, right(0)));
    assertThat(SEVEN.view(branch).released()).isEmpty();
    assertThat(SEVEN.view(branch).disputed()).isEmpty();
    assertRefused(
        branch.say(map(branch).line().get(3), extra(branch, 0, right(0))), Refusal.PHASE_CLOSED);
  }

  @Test
  void an_opening_is_the_computed_one_and_stands_alone() {
    TestBranch early = SEVEN.at(Phase.SHARD_RESULT);
    assertRefused(early.say(SEVEN.member(0), opened(early, right(0))), Refusal.NOT_COMPUTED);
    TestBranch branch = summed(Set.of(), Set.of());
    Opened usual = opened(branch, right(0));
    List<Opened> others =
        List.of(
            opened(branch, WRONG),
            new Opened(SEVEN.id(), 1, WRONG, usual.sums()),
            new Opened(SEVEN.id(), 1, usual.sealed(), usual.sums().subList(0, 6)),
            new Opened(SEVEN.id(), 1, usual.sealed(), usual.sums().reversed()));
    for (Opened other : others) {
      assertRefused(branch.say(SEVEN.member(0), other), Refusal.NOT_COMPUTED);
    }
    branch.write(SEVEN.member(3), usual);

    assertThat(SEVEN.view(branch).released()).contains(usual);
    assertThat(SEVEN.view(branch).phase()).contains(Phase.ATTESTED);
    assertThat(branch.say(SEVEN.member(4), usual)).isEqualTo(new Admission.Present());
    assertRefused(branch.say(SEVEN.member(4), others.getFirst()), Refusal.ALREADY_SAID);
  }

  @Test
  void one_member_of_the_line_replaces_a_silent_owner() {
    TestBranch branch = summed(Set.of(), Set.of(1));
    List<MemberId> line = map(branch).line();
    assertThat(SEVEN.view(branch).isLate()).isTrue();
    assertThat(SEVEN.view(branch).due()).isEmpty();
    assertThat(SEVEN.view(branch).sums()).hasSize(6).doesNotContainKey(0);
    assertRefused(branch.say(line.get(0), extra(branch, 0, right(0))), Refusal.NOT_EXPECTED);
    assertRefused(branch.say(line.get(4), extra(branch, 1, right(1))), Refusal.NOT_MISSING);
    assertRefused(branch.say(line.get(4), extra(branch, 7, right(1))), Refusal.UNKNOWN_PIECE);
    branch.write(line.get(4), extra(branch, 0, right(0)));

    assertThat(SEVEN.view(branch).due()).contains(opened(branch, right(0)));
    assertRefused(branch.say(line.get(5), extra(branch, 0, WRONG)), Refusal.PHASE_CLOSED);
  }

  @Test
  void a_shard_of_which_nobody_spoke_needs_two_that_agree() {
    TestBranch branch = summed(Set.of(), Set.of(0, 1));
    List<MemberId> line = map(branch).line();
    branch.write(line.get(1), extra(branch, 0, right(0)));
    assertThat(SEVEN.view(branch).due()).isEmpty();
    branch.write(line.get(6), extra(branch, 0, right(0)));

    assertThat(SEVEN.view(branch).due()).contains(opened(branch, right(0)));
  }

  @Test
  void a_dispute_is_decided_by_one_more_than_can_be_faulty() {
    TestBranch branch = summed(Set.of(0), Set.of());
    List<MemberId> line = map(branch).line();
    assertThat(SEVEN.view(branch).disputed()).containsExactly(0);
    branch.write(line.get(2), extra(branch, 0, right(0)));
    branch.write(line.get(3), extra(branch, 0, WRONG));
    assertThat(SEVEN.view(branch).due()).isEmpty();
    assertThat(SEVEN.view(branch).sums()).doesNotContainKey(0);
    branch.write(line.get(4), extra(branch, 0, right(0)));

    assertThat(SEVEN.view(branch).due()).contains(opened(branch, right(0)));
    assertThat(SEVEN.view(branch).disputed()).containsExactly(0);
  }

  @Test
  void a_dispute_that_nobody_decides_ends_at_the_deadline_and_releases_nothing() {
    TestBranch branch = summed(Set.of(1), Set.of());
    SEVEN.passDeadline(branch, member -> true);
    assertThat(SEVEN.view(branch).phase()).contains(Phase.SHARD_RESULT);
    SEVEN.passDeadline(branch, member -> true);

    assertThat(SEVEN.view(branch).due())
        .contains(new Abandoned(SEVEN.id(), 1, AbandonReason.DEADLINE, Phase.SHARD_RESULT));
    branch.writeDue(SEVEN.id());
    assertThat(SEVEN.view(branch).released()).isEmpty();
    assertThat(Rounds.isSpent(branch, new RoundId(SEVEN.id(), 1), SEVEN.member(0))).isFalse();
  }

  @Test
  void a_decision_in_time_still_counts_when_the_end_is_due_already() {
    TestBranch branch = summed(Set.of(1), Set.of());
    List<MemberId> line = map(branch).line();
    SEVEN.passDeadline(branch, member -> true);
    SEVEN.passDeadline(branch, member -> true);
    branch.write(line.get(2), extra(branch, 0, right(0)));
    branch.write(line.get(3), extra(branch, 0, right(0)));

    assertThat(SEVEN.view(branch).due()).contains(opened(branch, right(0)));
  }

  private static Accusation wrongSum(MemberId accused, String evidence) {
    byte[] bytes = evidence.getBytes(StandardCharsets.UTF_8);
    return new Accusation(
        SEVEN.id(),
        1,
        accused,
        AccusationKind.WRONG_SUM,
        Base64.getEncoder().encodeToString(bytes));
  }

  @Test
  void who_said_a_wrong_sum_is_accused_by_the_shards_number_and_nobody_else_can_be() {
    TestBranch branch = summed(Set.of(0), Set.of());
    List<MemberId> line = map(branch).line();
    MemberId honest = line.get(3);
    assertRefused(branch.say(honest, wrongSum(line.get(0), "0")), Refusal.NOT_PROVEN);
    branch.write(line.get(2), extra(branch, 0, right(0)));
    branch.write(line.get(3), extra(branch, 0, right(0)));

    for (String evidence : List.of("", "1", "7", "99999", "100000", "-1", "00", "0 ", "zero")) {
      assertRefused(branch.say(honest, wrongSum(line.get(0), evidence)), Refusal.NOT_PROVEN);
    }
    assertRefused(branch.say(honest, wrongSum(line.get(1), "0")), Refusal.NOT_PROVEN);
    assertRefused(branch.say(honest, wrongSum(line.get(5), "0")), Refusal.NOT_PROVEN);
    assertRefused(branch.say(line.get(0), wrongSum(line.get(0), "0")), Refusal.NOT_EXPECTED);
    MemberId stranger = new MemberId("stranger");
    assertRefused(branch.say(honest, wrongSum(stranger, "0")), Refusal.NOT_EXPECTED);
    branch.write(honest, wrongSum(line.get(0), "0"));
    SEVEN.run(branch, member -> true, view -> view.ending().isPresent());
    branch.write(line.get(4), wrongSum(line.get(0), "0"));
  }

  @Test
  void evidence_that_is_no_base64_in_its_one_form_is_no_entry() {
    for (String evidence : List.of("A", "MQ", "MR==", "MQ==MQ==", "M Q==", "====")) {
      assertThatThrownBy(
              () ->
                  new Accusation(
                      SEVEN.id(), 1, SEVEN.member(0), AccusationKind.WRONG_SUM, evidence))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("evidence");
    }
  }

  private static Unmasked unmasked(Attested said) {
    return java.util.Objects.requireNonNull(said.unmasked());
  }

  @Test
  void who_attests_says_how_the_masks_came_off() {
    TestBranch branch = SEVEN.begin();
    List<MemberId> six = SEVEN.members(0, 6);
    SEVEN.run(branch, six::contains, in(Phase.ATTESTED));
    RoundView view = SEVEN.view(branch);
    MemberId in = SEVEN.member(0);
    MemberId out = SEVEN.member(6);
    Attested usual = TestRound.attested(view, in, Vote.ACCEPT);
    Unmasked whole = unmasked(usual);
    Unmasked shorter = new Unmasked(whole.certificate(), whole.released(), "5a");
    assertRefused(branch.say(in, TestRound.with(usual, null)), Refusal.POLICY_MISMATCH);
    assertRefused(branch.say(in, TestRound.with(usual, shorter)), Refusal.POLICY_MISMATCH);
    assertRefused(branch.say(out, usual), Refusal.NOT_EXPECTED);
    branch.write(out, TestRound.attested(view, out, Vote.ACCEPT));
    branch.write(in, usual);
    branch.write(SEVEN.member(1), TestRound.attested(view, Vote.ACCEPT));
  }

  @Test
  void after_the_opening_a_round_that_is_given_up_is_lost_and_its_updates_are_spent() {
    TestBranch branch = SEVEN.at(Phase.ATTESTED);
    SEVEN.passDeadline(branch, member -> true);
    SEVEN.passDeadline(branch, member -> true);
    assertThat(SEVEN.view(branch).due())
        .contains(new Abandoned(SEVEN.id(), 1, AbandonReason.DEADLINE, Phase.ATTESTED));
    branch.writeDue(SEVEN.id());
    SEVEN.run(branch, member -> false, in(Phase.READY));

    assertThat(Rounds.isSpent(branch, new RoundId(SEVEN.id(), 1), SEVEN.member(0))).isTrue();
    assertRefused(
        branch.say(SEVEN.member(0), SEVEN.again(branch, SEVEN.member(0), 1)), Refusal.UPDATE_SPENT);
  }

  @Test
  void an_update_of_an_attempt_that_was_not_opened_comes_again_and_is_then_spent() {
    TestBranch branch = summed(Set.of(1), Set.of());
    SEVEN.passDeadline(branch, member -> true);
    SEVEN.passDeadline(branch, member -> true);
    branch.writeDue(SEVEN.id());
    SEVEN.run(branch, member -> false, in(Phase.READY));
    branch.write(SEVEN.member(0), SEVEN.again(branch, SEVEN.member(0), 1));
    SEVEN.run(branch, member -> true, view -> view.ending().isPresent());
    assertThat(SEVEN.view(branch).ending()).containsInstanceOf(Finalised.class);
    SEVEN.run(branch, member -> false, in(Phase.READY));

    assertRefused(
        branch.say(SEVEN.member(0), SEVEN.again(branch, SEVEN.member(0), 1)), Refusal.UPDATE_SPENT);
  }

  private static ShardResultExtra anew(TestBranch branch, int shard, Digest root) {
    Digest phase = SEVEN.view(branch).phaseHash(Phase.SHARD_RESULT);
    return new ShardResultExtra(SEVEN.id(), 1, phase, shard, root);
  }

  @Test
  void a_sum_that_was_opened_and_is_wrong_gives_way_to_what_one_more_say_than_can_be_faulty() {
    TestBranch branch = summed(Set.of(0, 1), Set.of());
    List<MemberId> line = map(branch).line();
    branch.write(line.get(3), opened(branch, WRONG));
    assertRefused(branch.say(line.get(0), anew(branch, 0, right(0))), Refusal.NOT_EXPECTED);
    assertRefused(branch.say(line.get(3), extra(branch, 0, right(0))), Refusal.WRONG_VIEW);
    assertRefused(branch.say(line.get(3), anew(branch, 7, right(0))), Refusal.UNKNOWN_PIECE);
    Digest phase = SEVEN.view(branch).phaseHash(Phase.SHARD_RESULT);
    branch.write(line.get(2), anew(branch, 0, right(0)));
    branch.write(line.get(3), anew(branch, 0, right(0)));
    assertThat(SEVEN.view(branch).standing()).containsEntry(0, WRONG);
    assertRefused(branch.say(line.get(5), wrongSum(line.get(0), "0")), Refusal.NOT_PROVEN);
    assertRefused(branch.say(line.get(5), wrongSum(line.get(2), "0")), Refusal.NOT_PROVEN);
    branch.write(line.get(4), anew(branch, 0, right(0)));

    RoundView view = SEVEN.view(branch);
    assertThat(view.standing()).containsEntry(0, right(0)).containsEntry(1, right(1));
    assertThat(view.sums()).containsEntry(0, WRONG);
    assertThat(view.phaseHash(Phase.SHARD_RESULT)).isEqualTo(phase);
    assertThat(view.voices(0)).hasSize(5);
    branch.write(line.get(5), wrongSum(line.get(0), "0"));
    branch.write(line.get(5), wrongSum(line.get(1), "0"));
    assertRefused(branch.say(line.get(5), wrongSum(line.get(2), "0")), Refusal.NOT_PROVEN);
  }

  @Test
  void doubt_in_a_right_sum_changes_nothing_and_convicts_who_raised_it() {
    TestBranch branch = summed(Set.of(), Set.of());
    List<MemberId> line = map(branch).line();
    branch.write(line.get(3), opened(branch, right(0)));
    branch.write(line.get(4), anew(branch, 0, WRONG));
    assertThat(SEVEN.view(branch).standing()).containsEntry(0, right(0));
    branch.write(line.get(2), anew(branch, 0, right(0)));

    assertThat(SEVEN.view(branch).standing()).containsEntry(0, right(0));
    branch.write(line.get(5), wrongSum(line.get(4), "0"));
    SEVEN.run(branch, member -> true, view -> view.ending().isPresent());
    assertRefused(branch.say(line.get(6), anew(branch, 0, right(0))), Refusal.ROUND_OVER);
  }

  @Test
  void who_attests_may_speak_for_silent_members_of_the_set() {
    TestBranch branch = SEVEN.begin();
    List<MemberId> six = SEVEN.members(0, 6);
    SEVEN.run(branch, six::contains, in(Phase.ATTESTED));
    RoundView view = SEVEN.view(branch);
    MemberId in = SEVEN.member(0);
    MemberId out = SEVEN.member(6);
    Attested usual = TestRound.attested(view, in, Vote.ACCEPT);
    String sums = java.util.Objects.requireNonNull(unmasked(usual).checkSums());
    for (CheckedFor wrong : List.of(new CheckedFor(out, sums), new CheckedFor(in, sums))) {
      assertRefused(
          branch.say(in, TestRound.with(usual, unmasked(usual).with(List.of(wrong)))),
          Refusal.NOT_EXPECTED);
    }
    CheckedFor shorter = new CheckedFor(SEVEN.member(1), "5a");
    assertRefused(
        branch.say(in, TestRound.with(usual, unmasked(usual).with(List.of(shorter)))),
        Refusal.POLICY_MISMATCH);
    CheckedFor one = new CheckedFor(SEVEN.member(1), sums);
    Attested outside = TestRound.attested(view, out, Vote.ACCEPT);
    assertRefused(
        branch.say(out, TestRound.with(outside, unmasked(outside).with(List.of(one)))),
        Refusal.NOT_EXPECTED);
    assertThatThrownBy(() -> unmasked(usual).with(List.of(one, one)))
        .isInstanceOf(FormatException.class);
    branch.write(in, TestRound.with(usual, unmasked(usual).with(List.of(one))));
  }
}
