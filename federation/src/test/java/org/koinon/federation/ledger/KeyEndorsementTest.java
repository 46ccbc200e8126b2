package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyAction;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;

/** Members bound to their organisations on Fabric: who may submit, and who must endorse. */
class KeyEndorsementTest {
  private static final TestConsortium BOUND =
      TestConsortium.ofHospitals(4).of(List.of("D", "C", "B", "A"));
  private static final VerifiedLog LOG = BOUND.log(BOUND.setUp());
  private static final KeyEndorsement OF_FIRST = new KeyEndorsement("D", List.of("A", "B", "C"), 2);

  private final TestBranch branch = TestBranch.of(BOUND, LOG);

  private Optional<KeyEndorsement> of(MemberId author, Entry entry) {
    return KeyEndorsement.of(branch, BOUND.sign(branch.seen(), author, entry));
  }

  private static Joined joining(Member member) {
    byte[] message = LedgerRules.joining(BOUND.id().value(), member);
    return new Joined(5, member, TestConsortium.key(member.id().value()).sign(message));
  }

  private Admission joined(Member member) {
    Joined joined = joining(member);
    branch.approve(joined, 3);
    return branch.say(BOUND.member(0), joined);
  }

  @Test
  void a_hospitals_own_entries_take_its_endorsement_and_more_than_half_with_it() {
    MemberId first = BOUND.member(0);
    var study = BOUND.study();
    assertThat(of(first, TestConsortium.consent(study, first, 2))).contains(OF_FIRST);
    assertThat(of(first, TestConsortium.dataset(study, first, 2))).contains(OF_FIRST);
    assertThat(of(first, new Withdrawal(study.id(), 1))).contains(OF_FIRST);
    assertThat(of(first, new ConsortiumEntry.Enrolment(study.id(), 2, false))).contains(OF_FIRST);
  }

  @Test
  void an_event_of_a_key_is_the_members_whose_key_it_is() {
    KeyEvent event =
        new KeyEvent(
            BOUND.member(0), 1, KeyAction.ADD, TestConsortium.key("new").publicKey(), null);
    assertThat(of(BOUND.member(3), event)).contains(OF_FIRST);
  }

  @Test
  void what_all_share_and_what_rounds_say_take_the_policy_of_all_keys() {
    MemberId first = BOUND.member(0);
    assertThat(of(first, BOUND.genesis())).isEmpty();
    assertThat(of(first, new Proposed(BOUND.study()))).isEmpty();
    assertThat(of(first, TestScribe.approval(first, 1).entry())).isEmpty();
    assertThat(of(first, joining(TestConsortium.hospital("new")))).isEmpty();
    branch.playUntil(BOUND.study().id(), member -> true, view -> view.phase().isPresent());
    assertThat(of(first, TestRound.ready(branch.view(BOUND.study().id()), first))).isEmpty();
  }

  @Test
  void one_hospital_that_names_no_organisation_leaves_all_keys_unbound() {
    assertThat(joined(TestConsortium.hospital("new"))).isEqualTo(new Admission.Admitted());
    branch.write(BOUND.member(0), joining(TestConsortium.hospital("new")));
    MemberId first = BOUND.member(0);
    assertThat(of(first, TestConsortium.consent(BOUND.study(), first, 2))).isEmpty();
  }

  @Test
  void who_runs_no_peer_neither_owns_keys_nor_counts() {
    Member auditor = TestConsortium.of(TestConsortium.member("auditor", Role.AUDITOR), "E");
    Joined joined = joining(auditor);
    branch.approve(joined, 3);
    branch.write(BOUND.member(0), joined);
    MemberId first = BOUND.member(0);
    assertThat(of(first, TestConsortium.consent(BOUND.study(), first, 2))).contains(OF_FIRST);
    KeyEvent event =
        new KeyEvent(auditor.id(), 1, KeyAction.ADD, TestConsortium.key("k").publicKey(), null);
    assertThat(of(first, event)).isEmpty();
  }

  @Test
  void an_entry_is_taken_from_its_authors_organisation_and_from_no_other() {
    SignedEntry entry =
        BOUND.sign(branch.seen(), BOUND.member(1), TestScribe.approval(BOUND.member(1), 1).entry());
    assertThat(LedgerRules.admit(branch, entry, "C")).isEqualTo(new Admission.Admitted());
    assertThat(LedgerRules.admit(branch, entry, "D"))
        .isEqualTo(
            new Admission.Refused(
                Refusal.WRONG_SUBMITTER, "hospital-002 is of C, and D submitted it"));
  }

  @Test
  void the_organisation_costs_no_key_more_to_read() {
    SignedEntry entry =
        BOUND.sign(branch.seen(), BOUND.member(1), TestScribe.approval(BOUND.member(1), 1).entry());
    CountingState plain = new CountingState(branch);
    CountingState bound = new CountingState(branch);
    LedgerState once = new ReadOnce(bound);
    assertThat(LedgerRules.admit(plain, entry)).isEqualTo(new Admission.Admitted());
    assertThat(LedgerRules.admit(once, entry, "C")).isEqualTo(new Admission.Admitted());
    assertThat(bound.reads()).isEqualTo(plain.reads());
  }

  @Test
  void two_members_never_share_an_organisation() {
    TestConsortium shared = TestConsortium.ofHospitals(4).of(List.of("A", "B", "C", "A"));
    SignedEntry genesis = shared.sign(new VerifiedLog().seen(), shared.member(0), shared.genesis());
    assertThat(LedgerRules.admit(key -> Optional.empty(), genesis))
        .asString()
        .contains("FOUNDERS_INVALID");
    assertThat(joined(TestConsortium.of(TestConsortium.hospital("new"), "A")))
        .asString()
        .contains("MEMBER_EXISTS");
  }

  @Test
  void another_organisation_than_the_one_that_was_accepted_is_no_acceptance() {
    TestConsortium other = TestConsortium.ofHospitals(4).of(List.of("A", "B", "C", "D"));
    var swapped =
        new ConsortiumEntry.Genesis(BOUND.id(), other.members(), BOUND.genesis().acceptances());
    assertThat(
            LedgerRules.admit(
                key -> Optional.empty(),
                BOUND.sign(new VerifiedLog().seen(), BOUND.member(0), swapped)))
        .asString()
        .contains("ACCEPTANCE_INVALID");
  }
}
