package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyAction;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/** A signing key from its first entry to its last: one member's, once. */
class KeyLifeTest {
  private static final TestConsortium FOUR = TestConsortium.ofHospitals(4);
  private static final VerifiedLog SET_UP = FOUR.log(FOUR.setUp());
  private static final StudyId STUDY = FOUR.study().id();
  private static final MemberId LAST = FOUR.member(3);
  private static final SigningKey NEW = TestConsortium.key("new key");

  private final TestBranch branch = TestBranch.of(FOUR, SET_UP);
  private final PublicKey first = FOUR.members().get(3).signingKey();

  private KeyEvent event(int number, KeyAction action, PublicKey key, @Nullable PublicKey next) {
    return new KeyEvent(LAST, number, action, key, next);
  }

  private void approved(KeyEvent event) {
    branch.approve(event, 3);
    branch.write(FOUR.member(0), event);
  }

  private static void assertRefused(Admission admission, Refusal refusal) {
    assertThat(admission)
        .isInstanceOfSatisfying(
            Admission.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  private Admission sayApproved(Entry entry) {
    TestBranch trial = branch.branch();
    trial.approve(entry, 3);
    return trial.say(FOUR.member(0), entry);
  }

  private SignedEntry leaving(SigningKey key) {
    return SignedEntry.sign(FOUR.id(), LAST, key, branch.seen(), new Enrolment(STUDY, 2, false));
  }

  @Test
  void after_a_rotation_the_new_key_signs_and_the_old_one_does_not() {
    assertRefused(branch.judge(leaving(NEW)), Refusal.UNKNOWN_KEY);
    approved(event(1, KeyAction.ROTATE, first, NEW.publicKey()));

    assertRefused(branch.judge(leaving(TestConsortium.key(LAST.value()))), Refusal.UNKNOWN_KEY);
    branch.write(leaving(NEW));
  }

  @Test
  void an_added_key_signs_beside_the_first() {
    approved(event(1, KeyAction.ADD, NEW.publicKey(), null));

    assertThat(branch.judge(leaving(NEW))).isEqualTo(new Admission.Admitted());
    assertThat(branch.judge(leaving(TestConsortium.key(LAST.value()))))
        .isEqualTo(new Admission.Admitted());
  }

  @Test
  void a_key_that_was_replaced_never_comes_back() {
    approved(event(1, KeyAction.ROTATE, first, NEW.publicKey()));

    assertRefused(
        sayApproved(event(2, KeyAction.ROTATE, NEW.publicKey(), first)), Refusal.MEMBER_EXISTS);
    assertRefused(sayApproved(event(2, KeyAction.ADD, first, null)), Refusal.MEMBER_EXISTS);
  }

  @Test
  void a_key_that_was_revoked_never_comes_back_for_anybody() {
    approved(event(1, KeyAction.ADD, NEW.publicKey(), null));
    approved(event(2, KeyAction.REVOKE, NEW.publicKey(), null));

    assertRefused(branch.judge(leaving(NEW)), Refusal.KEY_REVOKED);
    assertRefused(
        sayApproved(event(3, KeyAction.ADD, NEW.publicKey(), null)), Refusal.MEMBER_EXISTS);
    KeyEvent ofAnother = new KeyEvent(FOUR.member(1), 1, KeyAction.ADD, NEW.publicKey(), null);
    assertRefused(sayApproved(ofAnother), Refusal.MEMBER_EXISTS);
    assertRefused(sayApproved(joining("new key")), Refusal.MEMBER_EXISTS);
  }

  @Test
  void a_key_of_one_member_is_no_other_members() {
    PublicKey others = FOUR.members().get(0).signingKey();

    assertRefused(sayApproved(event(1, KeyAction.ADD, others, null)), Refusal.MEMBER_EXISTS);
    assertRefused(sayApproved(event(1, KeyAction.ROTATE, first, others)), Refusal.MEMBER_EXISTS);
    assertRefused(sayApproved(joining(LAST.value())), Refusal.MEMBER_EXISTS);
    assertThat(sayApproved(joining("hospital-005"))).isEqualTo(new Admission.Admitted());
  }

  /** Another hospital, with the key of that name. */
  private static Joined joining(String keyName) {
    Member usual = TestConsortium.hospital("hospital-005");
    SigningKey key = TestConsortium.key(keyName);
    Member member =
        new Member(usual.id(), usual.legalName(), usual.roles(), key.publicKey(), usual.peerId());
    return new Joined(5, member, key.sign(LedgerRules.joining(FOUR.id().value(), member)));
  }

  @Test
  void only_a_key_that_signs_is_replaced_or_revoked() {
    PublicKey next = TestConsortium.key("next key").publicKey();

    assertRefused(
        sayApproved(event(1, KeyAction.ROTATE, NEW.publicKey(), next)), Refusal.UNKNOWN_KEY);
    assertRefused(
        sayApproved(event(1, KeyAction.REVOKE, NEW.publicKey(), null)), Refusal.UNKNOWN_KEY);
  }

  @Test
  void a_member_whose_every_key_was_revoked_is_in_no_further_round() {
    approved(event(1, KeyAction.REVOKE, first, null));

    assertThat(Rounds.next(branch, STUDY).orElseThrow().members()).hasSize(3).doesNotContain(LAST);
  }

  @Test
  void a_key_that_is_revoked_in_a_round_is_refused_in_it_at_once() {
    branch.playUntil(STUDY, member -> false, view -> view.phase().isPresent());
    RoundEntry.Ready ready = TestRound.ready(branch.view(STUDY), LAST);
    assertThat(branch.say(LAST, ready)).isEqualTo(new Admission.Admitted());
    approved(event(1, KeyAction.REVOKE, first, null));

    assertRefused(branch.say(LAST, ready), Refusal.KEY_REVOKED);
  }

  @Test
  void founders_do_not_share_a_key_or_a_peer() {
    Member one = FOUR.members().get(0);
    for (Member twin :
        List.of(
            new Member(LAST, "Twin", one.roles(), one.signingKey(), FOUR.members().get(3).peerId()),
            new Member(LAST, "Twin", one.roles(), first, one.peerId()),
            one)) {
      List<Member> founders = List.of(one, FOUR.members().get(1), twin);
      Genesis bare = new Genesis(FOUR.id(), founders, new TreeMap<>());
      SortedMap<String, Signature> acceptances = new TreeMap<>();
      founders.forEach(
          m ->
              acceptances.put(
                  m.id().value(),
                  TestConsortium.key(m.id().value()).sign(LedgerRules.founding(bare))));
      assertRefused(
          TestBranch.of(FOUR, new VerifiedLog())
              .say(one.id(), new Genesis(FOUR.id(), founders, acceptances)),
          Refusal.FOUNDERS_INVALID);
    }
  }
}
