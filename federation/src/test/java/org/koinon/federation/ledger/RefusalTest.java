package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.ConsortiumEntry.Joined;
import org.koinon.federation.ledger.ConsortiumEntry.KeyAction;
import org.koinon.federation.ledger.ConsortiumEntry.KeyEvent;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Accusation;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.AccusationKind;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.TensorSpec;
import org.koinon.federation.study.VectorSpec;

/** One way at least to be refused for each reason there is. */
class RefusalTest {
  private final TestConsortium consortium = TestConsortium.ofHospitals(4);
  private final Study study = consortium.study();
  private final MemberId first = consortium.member(0);
  private final MemberId last = consortium.member(3);
  private final Seen nothing = new VerifiedLog().seen();

  /** The beginning that all trials share; nothing is written to it. */
  private static final VerifiedLog SET_UP = setUp();

  private static VerifiedLog setUp() {
    TestConsortium four = TestConsortium.ofHospitals(4);
    return four.log(four.setUp());
  }

  private final Map<Phase, TestBranch> played = new EnumMap<>(Phase.class);

  private TestBranch ready() {
    return TestBranch.of(consortium, SET_UP);
  }

  private TestBranch empty() {
    return TestBranch.of(consortium, new VerifiedLog());
  }

  /** A log of a round in which the last member is silent and overdue, up to that phase. */
  private TestBranch at(Phase phase) {
    return played.computeIfAbsent(phase, this::playTo).branch();
  }

  private TestBranch playTo(Phase phase) {
    TestBranch log = ready();
    while (true) {
      RoundView view = Rounds.latest(log, study.id()).orElse(null);
      if (view != null && view.due().isEmpty() && view.phase().orElseThrow() == phase) {
        return log;
      }
      step(log);
    }
  }

  private void step(TestBranch log) {
    var said = TestRound.next(log, study.id(), member -> !member.equals(last), first);
    if (said.isPresent()) {
      log.write(said.get().author(), said.get().entry());
      return;
    }
    Phase phase = Rounds.latest(log, study.id()).orElseThrow().phase().orElseThrow();
    for (int i = 0; i < 3; i++) {
      log.write(consortium.member(i), new Overdue(study.id(), 1, phase, 1));
    }
  }

  private Ready said(TestBranch log, MemberId member) {
    return Objects.requireNonNull(view(log).ready().get(member));
  }

  private RoundView view(TestBranch log) {
    return Rounds.latest(log, study.id()).orElseThrow();
  }

  private Admission say(TestBranch log, MemberId author, Entry entry) {
    return log.say(author, entry);
  }

  private void approve(TestBranch log, Entry entry, int votes) {
    log.approve(entry, votes);
  }

  private TestBranch revoked(MemberId member) {
    TestBranch log = ready();
    KeyEvent revoke =
        new KeyEvent(
            member, 1, KeyAction.REVOKE, TestConsortium.key(member.value()).publicKey(), null);
    approve(log, revoke, 3);
    log.write(first, revoke);
    return log;
  }

  private Study with(Study.Privacy privacy, VectorSpec vector) {
    return new Study(
        study.id(),
        2,
        study.kind(),
        study.purpose(),
        study.legalBasis(),
        privacy,
        vector,
        study.training(),
        study.server(),
        study.schema(),
        study.code(),
        study.initialModel(),
        null,
        study.rounds(),
        study.roundsMax(),
        study.acceptance(),
        study.deadlines());
  }

  private Map<Refusal, Supplier<Admission>> cases() {
    Map<Refusal, Supplier<Admission>> cases = new EnumMap<>(Refusal.class);
    envelope(cases);
    consortiumCases(cases);
    studyCases(cases);
    roundCases(cases);
    pieceCases(cases);
    groupCases(cases);
    return cases;
  }

  private void envelope(Map<Refusal, Supplier<Admission>> cases) {
    Enrolment leave = new Enrolment(study.id(), 2, false);
    cases.put(
        Refusal.MALFORMED, () -> LedgerRules.admit(ready(), "{}".getBytes(StandardCharsets.UTF_8)));
    cases.put(
        Refusal.WRONG_CONSORTIUM,
        () ->
            LedgerRules.admit(
                ready(), TestConsortium.named("other", 4).sign(nothing, first, leave)));
    cases.put(Refusal.NO_GENESIS, () -> say(empty(), first, leave));
    cases.put(Refusal.UNKNOWN_MEMBER, () -> say(ready(), new MemberId("nobody"), leave));
    SigningKey other = TestConsortium.key("other");
    cases.put(
        Refusal.UNKNOWN_KEY,
        () ->
            LedgerRules.admit(
                ready(), SignedEntry.sign(consortium.id(), first, other, nothing, leave)));
    cases.put(Refusal.KEY_REVOKED, () -> say(revoked(last), last, leave));
    cases.put(
        Refusal.SIGNATURE_INVALID,
        () -> {
          SignedEntry good = consortium.sign(nothing, first, leave);
          SignedEntry bad =
              new SignedEntry(
                  good.consortium(),
                  good.author(),
                  good.key(),
                  good.seen(),
                  new Enrolment(study.id(), 3, false),
                  good.signature());
          return LedgerRules.admit(ready(), bad);
        });
    cases.put(
        Refusal.SEEN_INVALID,
        () ->
            new InMemoryLedger()
                .append(consortium.sign(SET_UP.seen(), first, consortium.genesis())));
    cases.put(
        Refusal.WRONG_SUBMITTER,
        () -> {
          TestConsortium bound = consortium.of(List.of("a", "b", "c", "d"));
          SignedEntry genesis = bound.sign(nothing, first, bound.genesis());
          return LedgerRules.admit(empty(), genesis, "b");
        });
    cases.put(Refusal.ALREADY_SAID, () -> say(ready(), first, new Enrolment(study.id(), 1, false)));
  }

  private void consortiumCases(Map<Refusal, Supplier<Admission>> cases) {
    Genesis genesis = consortium.genesis();
    cases.put(
        Refusal.FOUNDERS_INVALID,
        () ->
            say(
                empty(),
                first,
                new Genesis(
                    consortium.id(), genesis.founders().reversed(), genesis.acceptances())));
    cases.put(
        Refusal.ACCEPTANCE_INVALID,
        () ->
            say(empty(), first, new Genesis(consortium.id(), genesis.founders(), new TreeMap<>())));
    cases.put(
        Refusal.MEMBER_EXISTS,
        () -> {
          Joined again = joined(TestConsortium.hospital(first.value()), 5);
          return say(ready(), first, again);
        });
    cases.put(
        Refusal.NUMBER_NOT_NEXT,
        () -> say(ready(), first, joined(TestConsortium.hospital("new"), 7)));
    cases.put(
        Refusal.NOT_APPROVED,
        () -> {
          TestBranch log = ready();
          Joined joined = joined(TestConsortium.hospital("new"), 5);
          approve(log, joined, 2);
          return say(log, first, joined);
        });
  }

  private Joined joined(Member member, int number) {
    byte[] message = LedgerRules.joining(consortium.id().value(), member);
    return new Joined(number, member, TestConsortium.key(member.id().value()).sign(message));
  }

  private TestBranch withAuditor(Member auditor) {
    TestBranch log = ready();
    Joined joined = joined(auditor, 5);
    approve(log, joined, 3);
    log.write(first, joined);
    return log;
  }

  private void studyCases(Map<Refusal, Supplier<Admission>> cases) {
    Study unknown = consortium.study("unknown", 1);
    Member auditor = TestConsortium.member("auditor", Role.AUDITOR);
    cases.put(
        Refusal.UNKNOWN_STUDY, () -> say(ready(), first, new Enrolment(unknown.id(), 1, true)));
    cases.put(
        Refusal.NOT_A_HOSPITAL,
        () -> say(withAuditor(auditor), auditor.id(), new Enrolment(study.id(), 1, true)));
    cases.put(
        Refusal.ENROLMENT_UNCHANGED, () -> say(ready(), first, new Enrolment(study.id(), 2, true)));
    cases.put(Refusal.UNKNOWN_SNAPSHOT, () -> say(ready(), first, new Withdrawal(study.id(), 2)));
    cases.put(
        Refusal.SCHEMA_MISMATCH,
        () -> {
          Digest digest = TestConsortium.digest("other schema");
          return say(
              ready(), first, new DatasetSnapshot(study.id(), 2, digest, digest, CountBucket.TENS));
        });
    Study grouped = TestConsortium.grouped(with(study.privacy(), study.vector()), 3, 1, 1);
    cases.put(Refusal.GROUPS_TOO_SMALL, () -> say(ready(), first, new Proposed(grouped)));
    TensorSpec wide = new TensorSpec("w", List.of(1), new Decimal("1"), new Decimal("0"), 29);
    VectorSpec vector = new VectorSpec(List.of(wide), List.of(), 32, 0);
    cases.put(
        Refusal.OVERFLOW_POSSIBLE,
        () -> say(ready(), first, new Proposed(with(study.privacy(), vector))));
  }

  private Ready ready(int round, Digest update, int consent, Digest code) {
    return new Ready(study.id(), round, update, consent, 1, code);
  }

  private void roundCases(Map<Refusal, Supplier<Admission>> cases) {
    Digest update = TestConsortium.digest("update");
    Ready usual = ready(1, update, 1, study.code());
    Member auditor = TestConsortium.member("auditor", Role.AUDITOR);
    cases.put(Refusal.UNKNOWN_ROUND, () -> say(ready(), first, usual));
    cases.put(
        Refusal.NOT_IN_ROSTER,
        () -> {
          TestBranch log = withAuditor(auditor);
          log.write(first, Rounds.next(log, study.id()).orElseThrow());
          return say(log, auditor.id(), usual);
        });
    cases.put(
        Refusal.CONSENT_WITHDRAWN,
        () -> {
          TestBranch log = at(Phase.READY);
          log.write(last, new Withdrawal(study.id(), 1));
          return say(log, last, usual);
        });
    cases.put(Refusal.CODE_MISMATCH, () -> say(at(Phase.READY), last, ready(1, update, 1, update)));
    cases.put(
        Refusal.POLICY_MISMATCH,
        () ->
            say(
                at(Phase.READY),
                last,
                new Ready(study.id(), 1, update, 1, 1, study.code(), update, null)));
    cases.put(Refusal.NOT_PROVEN, RefusalTest::unproven);
    cases.put(
        Refusal.ROUND_OVER,
        () -> {
          TestBranch log = ready();
          log.play(study.id());
          return say(log, first, new Overdue(study.id(), 1, Phase.READY, 1));
        });
    cases.put(
        Refusal.PHASE_NOT_OPEN,
        () -> say(at(Phase.READY), first, new Committed(study.id(), 1, update, update)));
    cases.put(Refusal.PHASE_CLOSED, () -> say(at(Phase.COMMITTED), last, usual));
    cases.put(
        Refusal.NOT_EXPECTED,
        () -> say(at(Phase.COMMITTED), last, new Committed(study.id(), 1, update, update)));
    cases.put(
        Refusal.WRONG_VIEW,
        () -> say(at(Phase.COMMITTED), first, new Committed(study.id(), 1, update, update)));
    cases.put(Refusal.UPDATE_SPENT, () -> repeated(true, 1));
    cases.put(Refusal.OTHER_SNAPSHOTS, () -> repeated(false, 2));
    cases.put(
        Refusal.NOT_COMPUTED,
        () ->
            say(
                at(Phase.READY),
                first,
                new Abandoned(study.id(), 1, AbandonReason.DEADLINE, Phase.READY)));
    cases.put(
        Refusal.FIRST_DEADLINE_MISSING,
        () -> say(at(Phase.READY), first, new Overdue(study.id(), 1, Phase.READY, 2)));
  }

  private static Admission unproven() {
    MaskedStudy masked = MaskedStudy.of(4);
    return masked
        .at(Phase.READY)
        .say(
            masked.member(0),
            new Accusation(masked.id(), 1, masked.member(1), AccusationKind.EQUIVOCATION, "AAAA"));
  }

  /** The first round's update again in the second, after it was sealed or abandoned before. */
  private Admission repeated(boolean isSealed, int consent) {
    TestBranch log = isSealed ? ready() : at(Phase.COMMITTED);
    if (isSealed) {
      log.play(study.id());
    } else {
      for (int n = 1; n <= 2; n++) {
        for (int i = 0; i < 3; i++) {
          Phase phase = n == 1 ? Phase.COMMITTED : Phase.RECEIPTED;
          log.write(consortium.member(i), new Overdue(study.id(), 1, phase, 1));
        }
      }
      log.write(first, view(log).due().orElseThrow());
      log.write(first, TestConsortium.consent(study, first, 2));
    }
    Digest update = said(log, first).update();
    log.write(first, Rounds.next(log, study.id()).orElseThrow());
    return say(log, first, ready(2, update, consent, study.code()));
  }

  private void pieceCases(Map<Refusal, Supplier<Admission>> cases) {
    BitSet one = new BitSet();
    one.set(1);
    cases.put(
        Refusal.NOT_OWNER,
        () -> {
          TestBranch log = at(Phase.SHARD_RESULT);
          RoundView view = view(log);
          int foreign =
              Stream.of(0, 1, 2)
                  .filter(s -> !view.shards().orElseThrow().owners(s).contains(first))
                  .findFirst()
                  .orElseThrow();
          Digest sealed = view.sealed().orElseThrow().bodyDigest();
          return say(
              log,
              first,
              new ShardResult(
                  study.id(), 1, sealed, List.of(new RoundEntry.ShardRoot(foreign, sealed))));
        });
    cases.put(
        Refusal.UNKNOWN_PIECE,
        () -> {
          TestBranch log = at(Phase.RECEIPTED);
          Digest hash = view(log).phaseHash(Phase.COMMITTED);
          Receipt receipt = new Receipt(9, Bitmap.of(one));
          return say(log, first, new Receipted(study.id(), 1, hash, List.of(receipt)));
        });
    cases.put(
        Refusal.NOT_MISSING,
        () -> {
          TestBranch log = at(Phase.RECEIPTED);
          log.write(first, TestRound.receipted(view(log), first));
          Digest hash = view(log).phaseHash(Phase.COMMITTED);
          return say(log, first, new ReceiptedExtra(study.id(), 1, hash, 0, consortium.member(1)));
        });
  }

  private static void groupCases(Map<Refusal, Supplier<Admission>> cases) {
    cases.put(Refusal.NOT_COMMITTED, SeparationTest::anotherCoin);
    cases.put(Refusal.OTHER_PARTITION, SeparationTest::anotherPartition);
  }

  @TestFactory
  Stream<DynamicTest> each_reason_refuses() {
    return cases().entrySet().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.getKey().name(),
                    () ->
                        assertThat(one.getValue().get())
                            .isInstanceOfSatisfying(
                                Admission.Refused.class,
                                refused -> assertThat(refused.refusal()).isEqualTo(one.getKey()))));
  }

  @Test
  void there_is_a_case_for_every_reason() {
    assertThat(cases().keySet()).containsExactly(Refusal.values());
  }

  @Test
  void the_same_again_is_success_and_a_computed_entry_may_come_from_anybody() {
    TestBranch log = at(Phase.COMMITTED);
    Ready said = said(log, first);
    RoundOpened opened = view(log).opened();

    assertThat(say(log, first, said)).isEqualTo(new Admission.Present());
    assertThat(say(log, last, opened)).isEqualTo(new Admission.Present());
  }

  @Test
  void the_subject_of_a_revocation_has_no_vote() {
    TestBranch log = ready();
    KeyEvent revoke =
        new KeyEvent(first, 1, KeyAction.REVOKE, consortium.members().get(0).signingKey(), null);
    approve(log, revoke, 3);

    assertThat(say(log, first, revoke)).isInstanceOf(Admission.Refused.class);
    log.write(last, new Approval(revoke.bodyDigest()));
    assertThat(say(log, last, revoke)).isEqualTo(new Admission.Admitted());
  }

  @Test
  void a_round_uses_the_keys_at_its_opening() {
    TestBranch log = at(Phase.READY);
    SigningKey next = TestConsortium.key("next key");
    KeyEvent rotate =
        new KeyEvent(
            last,
            1,
            KeyAction.ROTATE,
            TestConsortium.key(last.value()).publicKey(),
            next.publicKey());
    approve(log, rotate, 3);
    log.write(first, rotate);
    Ready said = ready(1, TestConsortium.digest("update"), 1, study.code());

    assertThat(say(log, last, said)).isEqualTo(new Admission.Admitted());
    assertThat(
            LedgerRules.admit(log, SignedEntry.sign(consortium.id(), last, next, log.seen(), said)))
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.UNKNOWN_KEY));
  }
}
