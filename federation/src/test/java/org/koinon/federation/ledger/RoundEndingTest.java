package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.ledger.RoundView.PieceId;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;

/** Rounds that end, or go on, in ways that the undisturbed one does not. */
class RoundEndingTest {
  private static final TestConsortium FOUR = TestConsortium.ofHospitals(4);
  private static final StudyId STUDY = FOUR.study().id();
  private static final VerifiedLog SET_UP = FOUR.log(FOUR.setUp());

  private static Predicate<RoundView> in(Phase phase) {
    return view -> view.phase().filter(phase::equals).isPresent();
  }

  private static TestBranch at(Phase phase) {
    TestBranch branch = TestBranch.of(FOUR, SET_UP);
    branch.playUntil(STUDY, member -> true, in(phase));
    return branch;
  }

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  /** The round is over for that reason, and a retry begins where it began. */
  private static void assertAbandoned(TestBranch branch, AbandonReason reason, Phase phase) {
    RoundOpened before = branch.view(STUDY).opened();
    assertThat(branch.view(STUDY).due()).contains(new Abandoned(STUDY, 1, reason, phase));
    branch.writeDue(STUDY);
    RoundOpened retry = Rounds.next(branch, STUDY).orElseThrow();
    assertThat(retry.retryOf()).isEqualTo(1);
    assertThat(retry.step()).isEqualTo(before.step());
    assertThat(retry.baseModel()).isEqualTo(before.baseModel());
    branch.play(STUDY);
    assertThat(branch.view(STUDY).ending().orElseThrow()).isInstanceOf(RoundEntry.Finalised.class);
  }

  /** An owner's sums, as if it had summed something else. */
  private static ShardResult wrong(ShardResult right) {
    Digest other = TestConsortium.digest("another sum");
    return new ShardResult(
        right.study(),
        right.round(),
        right.phase(),
        right.roots().stream().map(root -> new ShardRoot(root.shard(), other)).toList());
  }

  @Test
  void owners_who_disagree_on_a_sum_end_the_round_at_once() {
    TestBranch branch = at(Phase.SHARD_RESULT);
    RoundView view = branch.view(STUDY);
    branch.write(FOUR.member(0), TestRound.shardResult(view, FOUR.member(0)));
    assertThat(branch.view(STUDY).due()).isEmpty();
    branch.write(FOUR.member(1), wrong(TestRound.shardResult(view, FOUR.member(1))));

    // Who speaks at the same moment is heard, and changes nothing.
    branch.write(FOUR.member(2), TestRound.shardResult(view, FOUR.member(2)));
    assertAbandoned(branch, AbandonReason.SHARD_DISPUTED, Phase.SHARD_RESULT);
    assertRefused(
        branch.say(FOUR.member(3), TestRound.shardResult(view, FOUR.member(3))),
        Refusal.ROUND_OVER);
  }

  @Test
  void owners_of_different_shards_cannot_disagree() {
    TestBranch branch = at(Phase.SHARD_RESULT);
    RoundView view = branch.view(STUDY);
    branch.write(FOUR.member(0), TestRound.shardResult(view, FOUR.member(0)));
    branch.write(FOUR.member(2), wrong(TestRound.shardResult(view, FOUR.member(2))));

    assertThat(branch.view(STUDY).due()).isEmpty();
    assertThat(branch.view(STUDY).sums()).hasSize(4);
  }

  @Test
  void a_shard_without_an_owners_sum_waits_for_one_contributor_and_takes_no_second() {
    TestBranch branch = at(Phase.SHARD_RESULT);
    RoundView view = branch.view(STUDY);
    Digest sealed = view.sealed().orElseThrow().bodyDigest();
    for (int i = 0; i < 4; i++) {
      List<ShardRoot> roots =
          TestRound.shardResult(view, FOUR.member(i)).roots().stream()
              .filter(root -> root.shard() != 2)
              .toList();
      branch.write(FOUR.member(i), new ShardResult(STUDY, 1, sealed, roots));
    }
    assertThat(branch.view(STUDY).isLate()).isTrue();
    assertThat(branch.view(STUDY).phase()).contains(Phase.SHARD_RESULT);
    Digest sum = TestConsortium.digest("sum of 2");
    assertRefused(
        branch.say(FOUR.member(0), new ShardResultExtra(STUDY, 1, sealed, 1, sum)),
        Refusal.NOT_MISSING);
    assertRefused(
        branch.say(FOUR.member(0), new ShardResultExtra(STUDY, 1, sealed, 4, sum)),
        Refusal.UNKNOWN_PIECE);
    assertRefused(
        branch.say(FOUR.member(0), new ShardResultExtra(STUDY, 1, sum, 2, sum)),
        Refusal.WRONG_VIEW);
    branch.write(FOUR.member(0), new ShardResultExtra(STUDY, 1, sealed, 2, sum));

    assertThat(branch.view(STUDY).phase()).contains(Phase.ATTESTED);
    assertRefused(
        branch.say(FOUR.member(1), new ShardResultExtra(STUDY, 1, sealed, 2, sealed)),
        Refusal.PHASE_CLOSED);
  }

  @Test
  void an_extra_sum_waits_until_the_owners_had_their_time() {
    TestBranch branch = at(Phase.SHARD_RESULT);
    Digest sealed = branch.view(STUDY).sealed().orElseThrow().bodyDigest();

    assertRefused(
        branch.say(FOUR.member(0), new ShardResultExtra(STUDY, 1, sealed, 2, sealed)),
        Refusal.PHASE_NOT_OPEN);
  }

  private static Attested attested(TestBranch branch, String model, Vote vote) {
    Attested usual = TestRound.attested(branch.view(STUDY), vote);
    return new Attested(
        STUDY,
        1,
        usual.phase(),
        ModelId.of(TestConsortium.digest(model)),
        null,
        vote,
        new TreeMap<>());
  }

  @Test
  void the_round_ends_as_soon_as_no_result_can_reach_a_quorum() {
    TestBranch branch = at(Phase.ATTESTED);
    branch.write(FOUR.member(0), attested(branch, "a", Vote.ACCEPT));
    branch.write(FOUR.member(1), attested(branch, "b", Vote.ACCEPT));
    assertThat(branch.view(STUDY).due()).isEmpty();
    Attested late = attested(branch, "a", Vote.ACCEPT);
    branch.write(FOUR.member(2), attested(branch, "c", Vote.ACCEPT));

    // Who speaks at the same moment is heard, and changes nothing.
    branch.write(FOUR.member(3), late);
    assertAbandoned(branch, AbandonReason.NO_AGREEMENT, Phase.ATTESTED);
  }

  @Test
  void results_that_differ_in_the_optimisers_state_alone_are_different() {
    TestBranch branch = at(Phase.ATTESTED);
    for (int i = 0; i < 3; i++) {
      Attested said = attested(branch, "a", Vote.ACCEPT);
      ModelId state = ModelId.of(TestConsortium.digest("state " + i));
      branch.write(
          FOUR.member(i),
          new Attested(STUDY, 1, said.phase(), said.model(), state, Vote.ACCEPT, new TreeMap<>()));
    }
    assertAbandoned(branch, AbandonReason.NO_AGREEMENT, Phase.ATTESTED);
  }

  @Test
  void a_quorum_that_agrees_on_a_result_and_does_not_accept_it_rejects_it() {
    TestBranch branch = at(Phase.ATTESTED);
    List<Vote> votes = List.of(Vote.ACCEPT, Vote.REJECT, Vote.REJECT, Vote.ABSTAIN);
    for (int i = 0; i < 4; i++) {
      branch.write(FOUR.member(i), attested(branch, "a", votes.get(i)));
    }
    ModelId model = ModelId.of(TestConsortium.digest("a"));
    assertThat(branch.view(STUDY).due()).contains(new Rejected(STUDY, 1, model));
  }

  @Test
  void an_abstention_does_not_stand_against_a_result() {
    TestBranch branch = at(Phase.ATTESTED);
    List<Vote> votes = List.of(Vote.ACCEPT, Vote.ABSTAIN, Vote.REJECT, Vote.ABSTAIN);
    for (int i = 0; i < 4; i++) {
      branch.write(FOUR.member(i), attested(branch, "a", votes.get(i)));
    }
    assertThat(branch.view(STUDY).due().orElseThrow()).isInstanceOf(RoundEntry.Finalised.class);
  }

  /** A branch in Receipted of a round whose shards have one owner each. */
  private static TestBranch ofOneOwner() {
    Study.Privacy usual = FOUR.study().privacy();
    Study.Privacy one =
        new Study.Privacy(usual.policy(), usual.weights(), usual.weightCap(), usual.minimum(), 1);
    Study study = TestConsortium.with(FOUR.study(), "privacy", RecordCodec.toJson(one));
    TestBranch branch = TestBranch.of(FOUR, FOUR.log(List.of(FOUR.founding())));
    FOUR.preparation(study).forEach(said -> branch.write(said.author(), said.entry()));
    branch.playUntil(STUDY, member -> true, in(Phase.RECEIPTED));
    return branch;
  }

  private static Bitmap bitmap(int... places) {
    BitSet set = new BitSet();
    for (int place : places) {
      set.set(place);
    }
    return Bitmap.of(set);
  }

  private static Receipted receipted(RoundView view, List<Receipt> receipts) {
    return new Receipted(STUDY, 1, view.phaseHash(Phase.COMMITTED), receipts);
  }

  @Test
  void where_a_shard_has_one_owner_its_receipt_for_its_own_piece_counts() {
    TestBranch branch = ofOneOwner();
    RoundView view = branch.view(STUDY);
    branch.write(FOUR.member(0), TestRound.receipted(view, FOUR.member(0)));

    assertThat(branch.view(STUDY).gaps()).hasSize(12).noneMatch(piece -> piece.shard() == 0);
    branch.play(STUDY);
    assertThat(branch.view(STUDY).contributors()).hasSize(4);
  }

  @Test
  void who_stands_in_for_the_one_owner_does_not_vouch_for_itself() {
    TestBranch branch = ofOneOwner();
    RoundView view = branch.view(STUDY);
    branch.write(FOUR.member(1), receipted(view, List.of(new Receipt(0, bitmap(0, 1, 2, 3)))));

    assertThat(branch.view(STUDY).gaps().stream().filter(piece -> piece.shard() == 0))
        .containsExactly(new PieceId(FOUR.member(1), 0));
  }

  @Test
  void where_a_shard_has_two_owners_one_does_not_vouch_for_itself() {
    TestBranch branch = at(Phase.RECEIPTED);
    RoundView view = branch.view(STUDY);
    branch.write(FOUR.member(0), TestRound.receipted(view, FOUR.member(0)));

    assertThat(branch.view(STUDY).gaps())
        .contains(new PieceId(FOUR.member(0), 0))
        .doesNotContain(new PieceId(FOUR.member(1), 0));
  }

  @Test
  void a_late_receipt_comes_from_one_who_gave_receipts_for_another_and_from_a_holder() {
    TestBranch branch = at(Phase.RECEIPTED);
    RoundView view = branch.view(STUDY);
    Digest phase = view.phaseHash(Phase.COMMITTED);
    MemberId contributor = FOUR.member(3);
    ReceiptedExtra extra = new ReceiptedExtra(STUDY, 1, phase, 0, contributor);
    assertRefused(branch.say(FOUR.member(2), extra), Refusal.NOT_EXPECTED);
    for (int i = 0; i < 4; i++) {
      List<Receipt> receipts =
          TestRound.receipted(view, FOUR.member(i)).receipts().stream()
              .map(one -> one.shard() == 0 ? new Receipt(0, bitmap(0, 1, 2)) : one)
              .toList();
      branch.write(FOUR.member(i), receipted(view, receipts));
    }
    assertThat(branch.view(STUDY).gaps()).containsExactly(new PieceId(contributor, 0));
    assertRefused(branch.say(contributor, extra), Refusal.NOT_OWNER);
    branch.write(FOUR.member(2), extra);

    assertThat(branch.view(STUDY).due()).containsInstanceOf(RoundEntry.Sealed.class);
    assertThat(branch.view(STUDY).contributors()).hasSize(4);
  }
}
