package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;

/** A study whose terms, members and snapshots change between and during its rounds. */
class StudyChangeTest {
  private static final TestConsortium FOUR = TestConsortium.ofHospitals(4);
  private static final Study STUDY = FOUR.study();
  private static final StudyId ID = STUDY.id();
  private static final VerifiedLog SET_UP = FOUR.log(FOUR.setUp());
  private static final MemberId FIRST = FOUR.member(0);
  private static final MemberId LAST = FOUR.member(3);

  private final TestBranch branch = TestBranch.of(FOUR, SET_UP);

  private static Study second(String member, String value) {
    Study next = TestConsortium.with(STUDY, "version", new Json.Int(2));
    return TestConsortium.with(next, member, new Json.Str(value));
  }

  private static final String OTHER = TestConsortium.digest("other").hex();

  private void propose(Study study, int approvals) {
    Proposed proposed = new Proposed(study);
    branch.write(FIRST, proposed);
    branch.approve(proposed, approvals);
  }

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  @Test
  void a_new_version_starts_again_from_its_own_model() {
    branch.play(ID);
    propose(second("initialModel", OTHER), 2);
    assertThat(Rounds.next(branch, ID).orElseThrow().version()).isEqualTo(1);
    branch.write(LAST, new Approval(new Proposed(second("initialModel", OTHER)).bodyDigest()));

    RoundOpened next = Rounds.next(branch, ID).orElseThrow();
    assertThat(next.version()).isEqualTo(2);
    assertThat(next.round()).isEqualTo(2);
    assertThat(next.step()).isEqualTo(1);
    assertThat(next.baseModel()).isEqualTo(new ModelId(OTHER));
    assertThat(next.optimiserState()).isNull();
    assertThat(next.retryOf()).isNull();
    assertThat(next.terms()).isEqualTo(new Proposed(second("initialModel", OTHER)).bodyDigest());
  }

  @Test
  void a_new_version_after_a_round_without_result_is_no_retry_of_it() {
    branch.playUntil(ID, member -> true, view -> view.phase().isPresent());
    for (MemberId member : branch.view(ID).opened().members()) {
      branch.write(member, new Overdue(ID, 1, Phase.READY, 1));
    }
    propose(second("initialModel", OTHER), 3);
    branch.writeDue(ID);

    RoundOpened next = Rounds.next(branch, ID).orElseThrow();
    assertThat(next.version()).isEqualTo(2);
    assertThat(next.retryOf()).isNull();
    assertThat(next.step()).isEqualTo(1);
  }

  @Test
  void a_round_keeps_the_terms_that_it_was_opened_under() {
    branch.playUntil(ID, member -> true, view -> view.phase().isPresent());
    propose(second("code", OTHER), 4);

    RoundView view = branch.view(ID);
    assertThat(view.study()).isEqualTo(STUDY);
    Ready usual = TestRound.ready(view, FIRST);
    branch.write(FIRST, usual);
    Ready newCode = new Ready(ID, 1, usual.update(), 1, 1, new Digest(OTHER));
    assertRefused(branch.say(LAST, newCode), Refusal.CODE_MISMATCH);
    branch.play(ID);
    assertThat(branch.view(ID).opened().version()).isEqualTo(2);
  }

  @Test
  void a_study_ends_after_its_rounds_and_goes_on_with_a_new_version() {
    for (int round = 1; round <= STUDY.rounds(); round++) {
      branch.play(ID);
      assertThat(branch.view(ID).opened().step()).isEqualTo(round);
    }
    assertThat(Rounds.next(branch, ID)).isEmpty();
    propose(second("purpose", "Go on"), 4);
    assertThat(Rounds.next(branch, ID).orElseThrow().step()).isEqualTo(1);
  }

  @Test
  void who_leaves_during_a_round_stays_in_it_and_is_not_in_the_next() {
    branch.playUntil(ID, member -> true, view -> view.phase().isPresent());
    branch.write(LAST, new Enrolment(ID, 2, false));
    branch.write(LAST, TestRound.ready(branch.view(ID), LAST));
    branch.playUntil(ID, member -> true, view -> view.ending().isPresent());
    assertThat(branch.view(ID).contributors()).contains(LAST);

    branch.playUntil(ID, member -> true, view -> view.opened().round() == 2);
    assertThat(branch.view(ID).opened().members()).hasSize(3).doesNotContain(LAST);
    assertRefused(branch.say(LAST, TestRound.ready(branch.view(ID), LAST)), Refusal.NOT_IN_ROSTER);
    branch.write(LAST, new Enrolment(ID, 3, true));
    assertRefused(branch.say(LAST, TestRound.ready(branch.view(ID), LAST)), Refusal.NOT_IN_ROSTER);
    branch.playUntil(ID, member -> true, view -> view.ending().isPresent());
    branch.play(ID);

    assertThat(branch.view(ID).opened().members()).hasSize(4).contains(LAST);
    assertThat(branch.view(ID).contributors()).contains(LAST);
  }

  @Test
  void no_round_opens_with_fewer_than_three() {
    branch.write(LAST, new Enrolment(ID, 2, false));
    RoundOpened three = Rounds.next(branch, ID).orElseThrow();
    branch.write(FIRST, new Enrolment(ID, 2, false));

    assertThat(Rounds.next(branch, ID)).isEmpty();
    assertRefused(branch.say(LAST, three), Refusal.NOT_COMPUTED);
  }

  @Test
  void a_dataset_snapshot_may_have_the_schema_of_any_version_and_a_round_takes_its_own() {
    DatasetSnapshot other =
        new DatasetSnapshot(
            ID, 2, TestConsortium.digest("data"), new Digest(OTHER), CountBucket.TENS);
    assertRefused(branch.say(FIRST, other), Refusal.SCHEMA_MISMATCH);
    propose(second("schema", OTHER), 4);
    branch.write(FIRST, other);
    branch.write(FIRST, TestConsortium.dataset(STUDY, FIRST, 3));
    branch.playUntil(ID, member -> false, view -> view.phase().isPresent());
    Digest update = TestConsortium.digest("update");

    assertRefused(
        branch.say(FIRST, new Ready(ID, 1, update, 1, 1, STUDY.code())), Refusal.SCHEMA_MISMATCH);
    assertRefused(
        branch.say(FIRST, new Ready(ID, 1, update, 1, 3, STUDY.code())), Refusal.SCHEMA_MISMATCH);
    assertRefused(
        branch.say(FIRST, new Ready(ID, 1, update, 1, 4, STUDY.code())), Refusal.UNKNOWN_SNAPSHOT);
    branch.write(FIRST, new Ready(ID, 1, update, 1, 2, STUDY.code()));
  }

  private void join(String name) {
    Member member = TestConsortium.hospital(name);
    byte[] message = LedgerRules.joining(FOUR.id().value(), member);
    Joined joined = new Joined(5, member, TestConsortium.key(name).sign(message));
    branch.approve(joined, 3);
    branch.write(FIRST, joined);
  }

  @Test
  void approvals_that_were_enough_are_not_when_the_consortium_has_grown() {
    propose(second("purpose", "Another purpose"), 3);
    assertThat(Rounds.next(branch, ID).orElseThrow().version()).isEqualTo(2);
    join("hospital-005");

    assertThat(Rounds.next(branch, ID).orElseThrow().version()).isEqualTo(1);
    branch.write(
        new MemberId("hospital-005"),
        new Approval(new Proposed(second("purpose", "Another purpose")).bodyDigest()));
    assertThat(Rounds.next(branch, ID).orElseThrow().version()).isEqualTo(2);
  }

  @Test
  void a_version_that_ran_goes_on_when_the_consortium_has_grown() {
    propose(second("purpose", "Another purpose"), 3);
    branch.play(ID);
    join("hospital-005");

    RoundOpened next = Rounds.next(branch, ID).orElseThrow();
    assertThat(next.version()).isEqualTo(2);
    assertThat(next.step()).isEqualTo(2);
  }

  @Test
  void what_a_member_approves_twice_counts_once() {
    Proposed proposed = new Proposed(second("purpose", "Another purpose"));
    branch.write(FIRST, proposed);
    branch.approve(proposed, 2);

    assertThat(branch.say(FIRST, new Approval(proposed.bodyDigest())))
        .isEqualTo(new Admission.Present());
    assertThat(Rounds.next(branch, ID).orElseThrow().version()).isEqualTo(1);
  }

  /** Round 1 is abandoned with these members' updates not sealed; round 2 is open. */
  private Digest abandoned() {
    branch.playUntil(
        ID, member -> true, view -> view.phase().equals(java.util.Optional.of(Phase.RECEIPTED)));
    for (int i = 0; i < 3; i++) {
      branch.write(FOUR.member(i), new Overdue(ID, 1, Phase.RECEIPTED, 1));
    }
    Digest update = java.util.Objects.requireNonNull(branch.view(ID).ready().get(FIRST)).update();
    branch.write(FIRST, TestConsortium.consent(STUDY, FIRST, 2));
    branch.write(FIRST, TestConsortium.dataset(STUDY, FIRST, 2));
    branch.writeDue(ID);
    branch.playUntil(ID, member -> false, view -> view.opened().round() == 2);
    return update;
  }

  @Test
  void an_update_that_was_not_sealed_comes_again_with_the_snapshots_it_was_made_from() {
    Digest update = abandoned();

    assertRefused(
        branch.say(FIRST, new Ready(ID, 2, update, 2, 1, STUDY.code())), Refusal.OTHER_SNAPSHOTS);
    assertRefused(
        branch.say(FIRST, new Ready(ID, 2, update, 1, 2, STUDY.code())), Refusal.OTHER_SNAPSHOTS);
    branch.write(FIRST, new Ready(ID, 2, update, 1, 1, STUDY.code()));
  }

  @Test
  void an_update_whose_consent_was_withdrawn_cannot_come_again() {
    Digest update = abandoned();
    branch.write(FIRST, new Withdrawal(ID, 1));

    assertRefused(
        branch.say(FIRST, new Ready(ID, 2, update, 1, 1, STUDY.code())), Refusal.CONSENT_WITHDRAWN);
    Digest anew = TestConsortium.digest("trained anew");
    branch.write(FIRST, new Ready(ID, 2, anew, 2, 2, STUDY.code()));
  }
}
