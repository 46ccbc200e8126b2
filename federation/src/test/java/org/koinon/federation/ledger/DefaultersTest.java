package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koinon.federation.ledger.MaskedStudy.in;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundView.PieceId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;

/**
 * Who gave a receipt for a piece that it does not serve is on record, and not taken at its word.
 */
class DefaultersTest {
  private static final MaskedStudy SEVEN = MaskedStudy.of(7);
  private static final int SHARD = 2;

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  /** Sums are waited for; the first owner of the shard is the one who does not serve. */
  private static TestBranch summing() {
    return SEVEN.at(Phase.SHARD_RESULT);
  }

  private static List<MemberId> line(TestBranch branch) {
    return SEVEN.view(branch).shards().orElseThrow().line(SHARD);
  }

  private static Missing missing(TestBranch branch, MemberId contributor, MemberId holder) {
    RoundView view = SEVEN.view(branch);
    Digest sealed = view.sealed().orElseThrow().bodyDigest();
    return new Missing(SEVEN.id(), view.opened().round(), sealed, contributor, SHARD, holder);
  }

  private static void complain(TestBranch branch, MemberId holder, int times) {
    List<MemberId> line = line(branch);
    for (int i = 0; i < times; i++) {
      branch.write(line.get(2 + i), missing(branch, line.get(6), holder));
    }
  }

  /** The attempt is given up for want of sums. */
  private static void giveUp(TestBranch branch) {
    SEVEN.passDeadline(branch, member -> true);
    SEVEN.passDeadline(branch, member -> true);
    branch.writeDue(SEVEN.id());
  }

  private static Set<MemberId> found(TestBranch branch) {
    return new Defaulters(branch, SEVEN.view(branch).opened()).found();
  }

  @Test
  void a_complaint_is_about_a_receipt_that_was_given() {
    TestBranch branch = summing();
    List<MemberId> line = line(branch);
    MemberId owner = line.get(0);
    MemberId contributor = line.get(6);
    MemberId author = line.get(3);
    MemberId stranger = new MemberId("stranger");
    assertRefused(
        branch.say(author, missing(branch, contributor, line.get(2))), Refusal.NOT_EXPECTED);
    assertRefused(branch.say(owner, missing(branch, contributor, owner)), Refusal.NOT_EXPECTED);
    assertRefused(branch.say(author, missing(branch, stranger, owner)), Refusal.UNKNOWN_PIECE);
    Missing right = missing(branch, contributor, owner);
    assertRefused(
        branch.say(author, new Missing(SEVEN.id(), 1, right.phase(), contributor, 7, owner)),
        Refusal.UNKNOWN_PIECE);
    Digest other = TestConsortium.digest("other");
    assertRefused(
        branch.say(author, new Missing(SEVEN.id(), 1, other, contributor, SHARD, owner)),
        Refusal.WRONG_VIEW);
    branch.write(author, right);
    assertRefused(
        branch.say(author, missing(branch, contributor, line.get(1))), Refusal.ALREADY_SAID);
  }

  @Test
  void once_everything_is_settled_there_is_nothing_to_complain_about() {
    TestBranch branch = summing();
    SEVEN.run(branch, member -> true, view -> view.due().isPresent());
    List<MemberId> line = line(branch);

    assertRefused(
        branch.say(line.get(3), missing(branch, line.get(6), line.get(0))), Refusal.PHASE_CLOSED);
  }

  @Test
  void f_members_can_make_nobody_a_defaulter_and_one_more_can() {
    TestBranch few = summing();
    MemberId holder = line(few).get(0);
    complain(few, holder, 2);
    giveUp(few);
    SEVEN.run(few, member -> true, in(Phase.RECEIPTED));
    assertThat(found(few)).isEmpty();

    TestBranch enough = summing();
    complain(enough, holder, 3);
    giveUp(enough);
    SEVEN.run(enough, member -> true, in(Phase.RECEIPTED));
    assertThat(found(enough)).containsExactly(holder);
  }

  /** In the retry everybody but the defaulter's fellow owners of the piece gives receipts. */
  @Test
  void a_defaulters_receipt_alone_does_not_bring_a_piece_in() {
    TestBranch branch = summing();
    MemberId holder = line(branch).get(0);
    complain(branch, holder, 3);
    giveUp(branch);
    SEVEN.run(branch, member -> true, in(Phase.RECEIPTED));
    RoundView view = SEVEN.view(branch);
    var map = view.shards().orElseThrow();
    int shard = map.line().indexOf(holder);
    MemberId fellow = map.line(shard).get(1);
    for (MemberId member : map.line()) {
      var usual = TestRound.receipted(view, member);
      var receipts =
          usual.receipts().stream()
              .filter(receipt -> receipt.shard() != shard || !member.equals(fellow))
              .toList();
      branch.write(
          member,
          new RoundEntry.Receipted(
              SEVEN.id(), view.opened().round(), view.phaseHash(Phase.COMMITTED), receipts));
    }
    List<PieceId> gaps = SEVEN.view(branch).gaps();
    MemberId before = map.line().get((shard + 6) % 7);
    assertThat(gaps.stream().filter(piece -> piece.shard() == shard)).hasSize(7);
    assertThat(gaps.stream().filter(piece -> piece.shard() != shard))
        .containsExactly(new PieceId(before, (shard + 6) % 7));
    for (PieceId gap : gaps) {
      MemberId spare =
          map.spares(gap.shard(), 2).stream()
              .filter(member -> !member.equals(gap.contributor()))
              .findFirst()
              .orElseThrow();
      branch.write(
          spare,
          new ReceiptedExtra(
              SEVEN.id(),
              view.opened().round(),
              view.phaseHash(Phase.COMMITTED),
              gap.shard(),
              gap.contributor()));
    }
    assertThat(SEVEN.view(branch).due()).containsInstanceOf(Sealed.class);
    assertThat(SEVEN.view(branch).contributors()).hasSize(7);
  }

  @Test
  void a_result_clears_the_record() {
    TestBranch branch = summing();
    complain(branch, line(branch).get(0), 3);
    giveUp(branch);
    SEVEN.run(branch, member -> true, in(Phase.ATTESTED));
    SEVEN.vote(branch, Vote.ACCEPT);
    SEVEN.run(branch, member -> true, in(Phase.RECEIPTED));

    assertThat(found(branch)).isEmpty();
  }

  @Test
  void complaints_of_an_attempt_that_was_opened_after_all_count_for_nothing() {
    TestBranch branch = summing();
    complain(branch, line(branch).get(0), 3);
    SEVEN.run(branch, member -> true, in(Phase.ATTESTED));
    SEVEN.vote(branch, Vote.REJECT);
    SEVEN.run(branch, member -> true, in(Phase.RECEIPTED));

    assertThat(SEVEN.view(branch).opened().retryOf()).isEqualTo(1);
    assertThat(found(branch)).isEmpty();
  }
}
