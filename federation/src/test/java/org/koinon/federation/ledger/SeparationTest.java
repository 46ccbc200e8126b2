package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;

/** Nine hospitals whose sums come apart into groups of three; one colluder, one poisoner. */
class SeparationTest {
  private static final MaskedStudy NINE = MaskedStudy.grouped(9);
  private static final TestBranch OPENED = NINE.at(Phase.SEPARATED);

  private static TestBranch opened() {
    return OPENED.branch();
  }

  private static TestBranch drawn() {
    TestBranch branch = opened();
    branch.write(NINE.member(0), TestGroups.coin(NINE.view(branch)));
    return branch;
  }

  private static Separation separation(TestBranch branch) {
    return NINE.view(branch).separation().orElseThrow();
  }

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  private static Partitioned with(Partitioned coin, int place, MaskSeed seed) {
    List<MaskSeed> seeds = new ArrayList<>(coin.selfSeeds());
    seeds.set(place, seed);
    return new Partitioned(coin.study(), coin.round(), coin.opened(), seeds);
  }

  /** A coin in which one seed is not that of the key phase. */
  static Admission anotherCoin() {
    TestBranch branch = opened();
    Partitioned coin = TestGroups.coin(NINE.view(branch));
    return branch.say(NINE.member(0), with(coin, 3, coin.selfSeeds().getFirst()));
  }

  /** A member that also takes off the masks within its own group: a finer partition. */
  static Admission anotherPartition() {
    TestBranch branch = drawn();
    MemberId member = NINE.member(0);
    List<MemberId> all =
        NINE.view(branch).contributors().stream().filter(m -> !m.equals(member)).toList();
    return branch.say(member, TestGroups.separated(NINE.view(branch), member, all));
  }

  @Test
  void nothing_is_separated_before_the_coin_lies_open() {
    TestBranch branch = opened();
    Digest any = TestConsortium.digest("any");
    assertThat(separation(branch).drawn()).isEmpty();
    assertRefused(
        branch.say(NINE.member(0), new Separated(NINE.id(), 1, any, List.of())),
        Refusal.PHASE_NOT_OPEN);
    assertRefused(
        branch.say(NINE.member(0), TestRound.attested(NINE.view(branch), Vote.ACCEPT)),
        Refusal.PHASE_NOT_OPEN);
  }

  @Test
  void there_is_one_coin_and_no_second_partition() {
    assertRefused(anotherCoin(), Refusal.NOT_COMMITTED);
    TestBranch branch = drawn();
    Partitioned coin = TestGroups.coin(NINE.view(branch));
    assertThat(branch.say(NINE.member(5), coin)).isEqualTo(new Admission.Present());
    assertRefused(
        branch.say(NINE.member(5), with(coin, 0, coin.selfSeeds().getLast())),
        Refusal.ALREADY_SAID);
    TestBranch other = opened();
    Partitioned elsewhere =
        new Partitioned(
            coin.study(), coin.round(), TestConsortium.digest("another opening"), coin.selfSeeds());
    assertRefused(other.say(NINE.member(0), elsewhere), Refusal.NOT_COMPUTED);
  }

  @Test
  void a_partition_that_the_coin_did_not_draw_is_not_opened() {
    assertRefused(anotherPartition(), Refusal.OTHER_PARTITION);
    TestBranch branch = drawn();
    RoundView view = NINE.view(branch);
    MemberId member = NINE.member(0);
    List<MemberId> across = new ArrayList<>(separation(branch).across(member));
    List<MemberId> others = new ArrayList<>(view.contributors());
    others.remove(member);
    others.removeAll(across);
    across.set(0, others.getFirst()); // a mate's mask in place of one towards another group
    assertRefused(
        branch.say(member, TestGroups.separated(view, member, across)), Refusal.NOT_COMMITTED);
    assertRefused(
        branch.say(
            member,
            new Separated(
                NINE.id(),
                1,
                TestConsortium.digest("another coin"),
                TestGroups.separated(view, member).seeds())),
        Refusal.WRONG_VIEW);
  }

  @Test
  void groups_are_of_three_who_all_mask_each_other() {
    TestBranch branch = drawn();
    Partition groups = separation(branch).drawn().orElseThrow();
    assertThat(groups.groups()).hasSize(3).allMatch(group -> group.size() == 3);
    assertThat(groups.hides(NINE.view(branch).masks().orElseThrow(), 3)).isTrue();
    assertThat(separation(branch).across(NINE.member(4))).hasSize(6);
  }

  @Test
  void the_phase_closes_when_all_have_separated_and_the_round_ends_as_any() {
    TestBranch branch = drawn();
    NINE.run(branch, member -> true, MaskedStudy.in(Phase.ATTESTED));
    assertThat(separation(branch).groups()).isEqualTo(separation(branch).drawn().orElseThrow());
    assertThat(separation(branch).crossSeeds()).hasSize(27);
    NINE.vote(branch, Vote.ACCEPT);
    assertThat(NINE.view(branch).ending()).containsInstanceOf(Finalised.class);
  }

  private static TestBranch without(Set<MemberId> silent) {
    TestBranch branch = drawn();
    NINE.run(branch, member -> !silent.contains(member), MaskedStudy.in(Phase.ATTESTED));
    return branch;
  }

  @Test
  void one_silent_member_or_two_of_one_group_cost_no_group() {
    Partition groups = separation(drawn()).drawn().orElseThrow();
    List<MemberId> first = groups.groups().getFirst();
    assertThat(separation(without(Set.of(first.get(0)))).groups()).isEqualTo(groups);
    assertThat(separation(without(Set.of(first.get(0), first.get(1)))).groups()).isEqualTo(groups);
  }

  @Test
  void two_groups_with_a_pair_that_is_silent_at_both_ends_stay_together() {
    Partition groups = separation(drawn()).drawn().orElseThrow();
    MemberId one = groups.groups().get(0).getFirst();
    MemberId other = groups.groups().get(2).getFirst();
    Separation merged = separation(without(Set.of(one, other)));
    assertThat(merged.groups().groups()).hasSize(2);
    assertThat(merged.groups().groupOf(one)).isEqualTo(merged.groups().groupOf(other));
    assertThat(merged.crossSeeds()).hasSize(26);
  }

  @Test
  void before_the_groups_are_drawn_no_deadline_closes_the_phase() {
    TestBranch branch = opened();
    for (MemberId member : NINE.members(0, 9)) {
      branch.write(member, new Overdue(NINE.id(), 1, Phase.SEPARATED, 1));
    }
    assertThat(NINE.view(branch).phase()).contains(Phase.SEPARATED);
    for (MemberId member : NINE.members(0, 5)) {
      branch.write(member, new Overdue(NINE.id(), 1, Phase.SEPARATED, 2));
    }
    assertThat(NINE.view(branch).due())
        .contains(new Abandoned(NINE.id(), 1, AbandonReason.DEADLINE, Phase.SEPARATED));
  }

  @Test
  void too_few_members_for_the_groups_are_never_sealed() {
    MaskedStudy ten = MaskedStudy.grouped(10);
    TestBranch nine = ten.begin();
    ten.open(nine, ten.members(0, 9));
    assertThat(ten.view(nine).released()).isPresent();
    TestBranch eight = ten.at(Phase.COMMITTED);
    ten.run(eight, ten.members(0, 8)::contains, view -> view.due().isPresent());
    assertThat(ten.view(eight).due())
        .contains(new Abandoned(ten.id(), 1, AbandonReason.TOO_FEW_CONTRIBUTIONS, Phase.RECEIPTED));
  }

  @Test
  void on_one_base_the_same_set_is_opened_again_and_in_the_same_groups() {
    MaskedStudy ten = MaskedStudy.grouped(10);
    TestBranch branch = ten.begin();
    ten.open(branch, ten.members(0, 10));
    ten.run(branch, member -> true, MaskedStudy.in(Phase.ATTESTED));
    Partition first = ten.view(branch).separation().flatMap(Separation::drawn).orElseThrow();
    ten.vote(branch, Vote.REJECT);
    TestBranch less = branch.branch();
    ten.run(
        less,
        ten.members(0, 9)::contains,
        view ->
            view.opened().round() == 2
                && view.due().isPresent()
                && view.ready().size() == 9
                && view.phase().isEmpty()
                && view.committed().size() == 9
                && !view.receipted().isEmpty());
    assertThat(ten.view(less).due())
        .contains(new Abandoned(ten.id(), 2, AbandonReason.SET_TOO_NEAR, Phase.RECEIPTED));
    ten.run(
        branch,
        member -> true,
        view -> view.opened().round() == 2 && MaskedStudy.in(Phase.ATTESTED).test(view));
    assertThat(ten.view(branch).separation().flatMap(Separation::drawn)).contains(first);
  }

  @Test
  void two_ends_that_commit_to_different_masks_share_none() {
    TestBranch branch = NINE.at(Phase.KEYED);
    RoundView view = NINE.view(branch);
    MemberId liar = NINE.member(2);
    for (MemberId member : view.ready().keySet()) {
      Keyed said = TestRound.keyed(view, member);
      if (member.equals(liar)) {
        List<Digest> pairs = new ArrayList<>(java.util.Objects.requireNonNull(said.pairs()));
        pairs.set(0, TestConsortium.digest("another mask"));
        said =
            new Keyed(
                said.study(),
                said.round(),
                said.phase(),
                said.packRoot(),
                said.selfHash(),
                said.table(),
                said.packs(),
                pairs);
      }
      branch.write(member, said);
    }
    var masks = NINE.view(branch).masks().orElseThrow();
    assertThat(masks.isEdge(NINE.member(0), liar)).isFalse();
    assertThat(masks.isEdge(NINE.member(1), liar)).isTrue();
    assertThat(masks.neighbours(liar)).hasSize(7);
  }

  @Test
  void commitments_to_pairs_are_there_if_and_only_if_groups_are_opened() {
    TestBranch branch = NINE.at(Phase.KEYED);
    Keyed said = TestRound.keyed(NINE.view(branch), NINE.member(0));
    for (List<Digest> bad : List.of(List.<Digest>of(), List.of(said.packRoot()))) {
      assertRefused(branch.say(NINE.member(0), withPairs(said, bad)), Refusal.POLICY_MISMATCH);
    }
    MaskedStudy four = MaskedStudy.of(4);
    TestBranch plain = four.at(Phase.KEYED);
    Keyed own = TestRound.keyed(four.view(plain), four.member(0));
    Map.of(3, List.of(own.table(), own.table(), own.table()))
        .values()
        .forEach(
            pairs ->
                assertRefused(
                    plain.say(four.member(0), withPairs(own, pairs)), Refusal.POLICY_MISMATCH));
  }

  private static Keyed withPairs(Keyed said, List<Digest> pairs) {
    return new Keyed(
        said.study(),
        said.round(),
        said.phase(),
        said.packRoot(),
        said.selfHash(),
        said.table(),
        said.packs(),
        pairs);
  }
}
