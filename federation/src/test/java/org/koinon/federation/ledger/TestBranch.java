package org.koinon.federation.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/**
 * What may come after a log, while the log stays as it is: trials that share a beginning verify it
 * once. What is written is judged by the rules.
 */
final class TestBranch implements LedgerState {
  private final TestConsortium consortium;
  private final LedgerState before;
  private final Seen seen;
  private final Map<EntryKey, SignedEntry> said;

  private TestBranch(
      TestConsortium consortium, LedgerState before, Seen seen, Map<EntryKey, SignedEntry> said) {
    this.consortium = consortium;
    this.before = before;
    this.seen = seen;
    this.said = new HashMap<>(said);
  }

  /** A branch that begins at the end of the log, which must not grow. */
  static TestBranch of(TestConsortium consortium, VerifiedLog log) {
    return new TestBranch(consortium, log, log.seen(), Map.of());
  }

  /** A branch off this one, as it is now. */
  TestBranch branch() {
    return new TestBranch(consortium, before, seen, said);
  }

  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    return Optional.ofNullable(said.get(key)).or(() -> before.get(key));
  }

  /** The log that it begins with. */
  Seen seen() {
    return seen;
  }

  /** What the rules say to that author's entry; nothing changes. */
  Admission say(MemberId author, Entry entry) {
    return judge(consortium.sign(seen, author, entry));
  }

  /** What the rules say to the bytes of the signed entry; nothing changes. */
  Admission judge(SignedEntry signed) {
    return LedgerRules.admit(this, signed.encode());
  }

  /** Signs and takes the entry, which the rules must admit. */
  void write(MemberId author, Entry entry) {
    write(consortium.sign(seen, author, entry));
  }

  /** Takes the entry, which the rules must admit. */
  void write(SignedEntry signed) {
    Admission admission = judge(signed);
    if (!admission.equals(new Admission.Admitted())) {
      throw new AssertionError(signed.entryKey() + ": " + admission);
    }
    said.put(signed.entryKey(), signed);
  }

  /** The first members of the consortium approve. */
  void approve(Entry subject, int votes) {
    for (int i = 0; i < votes; i++) {
      write(consortium.member(i), new ConsortiumEntry.Approval(subject.bodyDigest()));
    }
  }

  /** The newest round. */
  RoundView view(StudyId study) {
    return Rounds.latest(this, study).orElseThrow();
  }

  /** Writes the computed entry that is due. */
  void writeDue(StudyId study) {
    write(consortium.member(0), view(study).due().orElseThrow());
  }

  /** Plays the newest round, or a new one if that is over, until its view is as wanted. */
  void playUntil(StudyId study, Predicate<MemberId> speaks, Predicate<RoundView> wanted) {
    while (Rounds.latest(this, study).filter(wanted).isEmpty()) {
      Said next = TestRound.next(this, study, speaks, consortium.member(0)).orElseThrow();
      write(next.author(), next.entry());
    }
  }

  /** Plays the next round to its end, undisturbed. */
  void play(StudyId study) {
    RoundId round = new RoundId(study, Rounds.count(this, study) + 1);
    playUntil(
        study,
        member -> true,
        view -> view.opened().id().equals(round) && view.ending().isPresent());
  }
}
