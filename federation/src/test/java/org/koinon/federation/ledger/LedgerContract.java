package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;

/**
 * The Ledger port's specification: every adapter extends it. A new instance stands for a new, empty
 * log.
 */
public abstract class LedgerContract {
  /** Most keys that judging one entry of a round of four hospitals may read. */
  private static final int READS_MAX = 4000;

  /** Who writes. */
  protected final TestConsortium consortium = TestConsortium.ofHospitals(4);

  private final StudyId study = consortium.study().id();

  /** A handle on the log under test; each call gives another handle on the same log. */
  protected abstract Ledger open();

  /** Appends what must be admitted. */
  protected final void admit(Ledger ledger, List<Said> said) {
    TestScribe scribe = new TestScribe(consortium, ledger);
    for (Said one : said) {
      assertThat(scribe.say(one)).as(one.toString()).isEqualTo(new Admission.Admitted());
    }
  }

  /** All of a ledger, judged by a reader of its own. */
  protected final VerifiedLog replay(Ledger ledger) {
    return new TestScribe(consortium, ledger).catchUp();
  }

  @Test
  void a_new_ledger_is_empty() {
    try (Ledger ledger = open()) {
      assertThat(ledger.size()).isZero();
      assertThat(ledger.read(0, 10)).isEmpty();
      assertThat(ledger.get(EntryKey.of("Genesis"))).isEmpty();
    }
  }

  @Test
  void what_is_admitted_is_found_by_another_handle_as_it_was_signed() {
    SignedEntry genesis = consortium.sign(new VerifiedLog(), consortium.founding());
    try (Ledger ledger = open()) {
      assertThat(ledger.append(genesis)).isEqualTo(new Admission.Admitted());
      try (Ledger another = open()) {
        assertThat(another.size()).isEqualTo(1);
        assertThat(another.get(genesis.entryKey())).contains(genesis);
        assertThat(another.read(0, 10)).containsExactly(genesis.encode());
      }
    }
  }

  @Test
  void what_is_admitted_outlives_its_handle() {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
    }
    try (Ledger ledger = open()) {
      assertThat(replay(ledger).size()).isEqualTo(consortium.setUp().size());
    }
  }

  @Test
  void a_refused_entry_changes_nothing() {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
      var root = replay(ledger).root();
      Said third = new Said(consortium.member(0), new Enrolment(study, 3, false));

      Admission admission = new TestScribe(consortium, ledger).say(third);

      assertThat(admission).isEqualTo(new Admission.Refused(Refusal.NUMBER_NOT_NEXT, "3 after 1"));
      assertThat(replay(ledger).root()).isEqualTo(root);
      assertThat(ledger.get(third.entry().key(third.author()))).isEmpty();
    }
  }

  @Test
  void nothing_precedes_the_genesis() {
    try (Ledger ledger = open()) {
      Admission admission =
          new TestScribe(consortium, ledger).say(TestScribe.approval(consortium.member(0), 0));

      assertThat(admission).isEqualTo(new Admission.Refused(Refusal.NO_GENESIS, "Approval"));
      assertThat(ledger.size()).isZero();
    }
  }

  @Test
  void an_entry_for_another_consortium_is_refused() {
    TestConsortium others = TestConsortium.named("other-league", 4);
    try (Ledger ledger = open()) {
      admit(ledger, List.of(consortium.founding()));
      SignedEntry foreign =
          others.sign(replay(ledger), TestScribe.approval(consortium.member(0), 0));

      assertThat(ledger.append(foreign))
          .isEqualTo(new Admission.Refused(Refusal.WRONG_CONSORTIUM, "other-league"));
      assertThat(ledger.size()).isEqualTo(1);
    }
  }

  @Test
  void a_forged_signature_is_refused() {
    try (Ledger ledger = open()) {
      admit(ledger, List.of(consortium.founding()));
      Said said = TestScribe.approval(consortium.member(0), 0);
      SignedEntry right = consortium.sign(replay(ledger), said);
      SignedEntry other =
          consortium.sign(replay(ledger), TestScribe.approval(consortium.member(0), 1));
      SignedEntry forged =
          new SignedEntry(
              right.consortium(),
              right.author(),
              right.key(),
              right.seen(),
              right.entry(),
              other.signature());

      assertThat(ledger.append(forged))
          .isEqualTo(
              new Admission.Refused(Refusal.SIGNATURE_INVALID, consortium.member(0).value()));
      assertThat(ledger.size()).isEqualTo(1);
    }
  }

  @Test
  void an_entry_that_no_reader_would_decode_is_refused() {
    TestConsortium crowd = TestConsortium.ofHospitals(200);
    SignedEntry genesis = crowd.sign(new VerifiedLog(), crowd.founding());
    assertThat(genesis.encode().length).isGreaterThan(SignedEntry.BYTES_MAX);
    try (Ledger ledger = open()) {
      assertThat(ledger.append(genesis))
          .isInstanceOfSatisfying(
              Admission.Refused.class,
              refused -> assertThat(refused.refusal()).isEqualTo(Refusal.MALFORMED));
      assertThat(ledger.size()).isZero();
    }
  }

  @Test
  void the_same_again_is_present_and_stands_once() {
    try (Ledger ledger = open()) {
      admit(ledger, List.of(consortium.founding()));
      Said said = TestScribe.approval(consortium.member(1), 0);
      SignedEntry first = consortium.sign(replay(ledger), said);
      assertThat(ledger.append(first)).isEqualTo(new Admission.Admitted());

      assertThat(ledger.append(first)).isEqualTo(new Admission.Present());
      SignedEntry sawMore = consortium.sign(replay(ledger), said);
      assertThat(ledger.append(sawMore)).isEqualTo(new Admission.Present());

      assertThat(ledger.size()).isEqualTo(2);
      assertThat(ledger.get(first.entryKey())).contains(first);
    }
  }

  @Test
  void another_body_under_a_key_is_refused() {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
      Said enrolled = new Said(consortium.member(0), new Enrolment(study, 1, false));

      Admission admission = new TestScribe(consortium, ledger).say(enrolled);

      String key = enrolled.entry().key(enrolled.author()).value();
      assertThat(admission).isEqualTo(new Admission.Refused(Refusal.ALREADY_SAID, key));
      assertThat(ledger.size()).isEqualTo(consortium.setUp().size());
    }
  }

  @Test
  void reading_starts_anywhere_and_ends_at_the_end() {
    try (Ledger ledger = open()) {
      admit(ledger, consortium.setUp());
      long size = ledger.size();
      List<byte[]> all = ledger.read(0, 1000);

      assertThat(all).hasSize((int) size);
      assertThat(ledger.read(3, 2)).containsExactly(all.get(3), all.get(4));
      assertThat(ledger.read(size - 1, 10)).containsExactly(all.getLast());
      assertThat(ledger.read(size, 10)).isEmpty();
      assertThat(ledger.read(size + 100, 10)).isEmpty();
      assertThatThrownBy(() -> ledger.read(-1, 10)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ledger.read(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_whole_round_is_admitted_on_keyed_reads_alone() {
    playOn(consortium, consortium.study(), 5 * 4 + 3);
  }

  @Test
  void a_whole_masked_round_is_admitted_on_keyed_reads_alone() {
    playOn(consortium, consortium.privateStudy(), 6 * 4 + 4);
  }

  /** A complaint, a doubted sum, its recomputation and an accusation come on top. */
  @Test
  void a_disturbed_round_of_groups_is_admitted_on_keyed_reads_alone() {
    TestConsortium six = TestConsortium.ofHospitals(6);
    Study grouped = TestConsortium.grouped(six.privateStudy(), 6, 0, 1);

    List<EntryKey> said = playOn(six, grouped, 7 * 6 + 5 + 4);

    for (String kind :
        List.of("Missing", "Partitioned", "Separated", "ShardResultExtra", "Accusation")) {
      assertThat(said).anyMatch(key -> key.value().startsWith(kind + "~"));
    }
  }

  /**
   * One round of that study, in which everybody speaks and what can go wrong among six does, takes
   * that number of entries.
   */
  private List<EntryKey> playOn(TestConsortium hospitals, Study played, int entries) {
    try (Ledger ledger = open()) {
      List<Said> setUp = hospitals.setUp(played);
      TestScribe scribe = new TestScribe(hospitals, ledger);
      setUp.forEach(
          one ->
              assertThat(scribe.say(one)).as(one.toString()).isEqualTo(new Admission.Admitted()));
      StudyId study = played.id();
      RoundId round = new RoundId(study, 1);
      boolean isDisturbed = hospitals.members().size() > 4;

      while (RoundView.of(ledger, round).flatMap(RoundView::ending).isEmpty()) {
        Said said =
            RoundView.of(ledger, round)
                .filter(view -> isDisturbed)
                .flatMap(view -> TestDisturbance.next(ledger, view))
                .or(() -> TestRound.next(ledger, study, any -> true, hospitals.member(0)))
                .orElseThrow();
        SignedEntry signed = scribe.sign(said);
        CountingState keyed = new CountingState(ledger);
        assertThat(LedgerRules.admit(keyed, signed)).isEqualTo(new Admission.Admitted());
        assertThat(keyed.reads()).isPositive().isLessThan(READS_MAX);
        assertThat(ledger.append(signed)).isEqualTo(new Admission.Admitted());
      }

      assertThat(RoundView.of(ledger, round).flatMap(RoundView::ending).orElseThrow())
          .isInstanceOf(Finalised.class);
      List<SignedEntry> all = scribe.catchUp().entries();
      assertThat(all).hasSize(setUp.size() + entries);
      return all.stream().map(SignedEntry::entryKey).toList();
    }
  }

  @Test
  void several_handles_and_threads_append_at_once_and_nothing_is_lost_or_twice() throws Exception {
    int each = 12;
    try (Ledger ledger = open()) {
      admit(ledger, List.of(consortium.founding()));
      List<Callable<Void>> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        // Two writers per hospital: they say the same, on one handle or on two.
        var member = consortium.member(i % 4);
        boolean shares = i < 6;
        writers.add(
            () -> {
              try (Ledger own = open()) {
                Ledger used = shares ? ledger : own;
                new TestScribe(consortium, used).writeApprovals(member, 0, each, silent());
              }
              return null;
            });
      }
      runAtOnce(writers);

      assertEachStandsOnce(ledger, each);
    }
  }

  /** That each of the four hospitals' first approvals stands once, and nothing else but Genesis. */
  protected final void assertEachStandsOnce(Ledger ledger, int each) {
    VerifiedLog log = replay(ledger);
    List<EntryKey> keys = log.entries().stream().map(SignedEntry::entryKey).toList();
    List<EntryKey> expected = new ArrayList<>();
    for (int hospital = 0; hospital < 4; hospital++) {
      for (int i = 0; i < each; i++) {
        Said said = TestScribe.approval(consortium.member(hospital), i);
        expected.add(said.entry().key(said.author()));
      }
    }
    expected.add(EntryKey.of("Genesis"));
    assertThat(keys).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
    assertEveryReaderFindsTheSame(ledger);
  }

  private void assertEveryReaderFindsTheSame(Ledger ledger) {
    try (Ledger another = open()) {
      assertThat(replay(another).root()).isEqualTo(replay(ledger).root());
    }
  }

  /** Runs them all at once; the first failure is thrown. */
  protected static void runAtOnce(List<Callable<Void>> tasks) throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> future : executor.invokeAll(tasks)) {
        future.get();
      }
    }
  }

  private static PrintStream silent() {
    return new PrintStream(
        OutputStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8);
  }
}
