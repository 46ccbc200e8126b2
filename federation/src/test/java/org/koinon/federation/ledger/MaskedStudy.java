package org.koinon.federation.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.WeightMode;

/** A private-sum study of some hospitals, and branches off its beginning. */
final class MaskedStudy {
  private final TestConsortium consortium;
  private final Study study;
  private final VerifiedLog setUp;

  private MaskedStudy(TestConsortium consortium, Study study) {
    this.consortium = consortium;
    this.study = study;
    this.setUp = consortium.log(consortium.setUp(study));
  }

  /** Two owners to a shard, near differences flagged. */
  static MaskedStudy of(int n) {
    TestConsortium consortium = TestConsortium.ofHospitals(n);
    return new MaskedStudy(consortium, consortium.privateStudy());
  }

  /** With other rules of privacy. */
  static MaskedStudy of(int n, Study.Privacy privacy) {
    TestConsortium consortium = TestConsortium.ofHospitals(n);
    return new MaskedStudy(consortium, TestConsortium.with(consortium.privateStudy(), privacy));
  }

  /** Groups of at least three, against one poisoner. */
  static MaskedStudy grouped(int n) {
    TestConsortium consortium = TestConsortium.ofHospitals(n);
    return new MaskedStudy(consortium, TestConsortium.grouped(consortium.privateStudy(), 9, 1, 1));
  }

  /** The usual rules, refusing near differences. */
  static Study.Privacy strict() {
    return new Study.Privacy(Policy.PRIVATE_SUM, WeightMode.PUBLIC, 10_000, 3, 2, null, true);
  }

  TestConsortium consortium() {
    return consortium;
  }

  Study study() {
    return study;
  }

  StudyId id() {
    return study.id();
  }

  MemberId member(int i) {
    return consortium.member(i);
  }

  List<MemberId> members(int from, int to) {
    return IntStream.range(from, to).mapToObj(consortium::member).toList();
  }

  int size() {
    return consortium.members().size();
  }

  TestBranch begin() {
    return TestBranch.of(consortium, setUp);
  }

  /** A branch in that phase of the first round, in which everybody spoke. */
  TestBranch at(Phase phase) {
    TestBranch branch = begin();
    run(branch, member -> true, in(phase));
    return branch;
  }

  RoundView view(TestBranch branch) {
    return branch.view(id());
  }

  static Predicate<RoundView> in(Phase phase) {
    return view -> view.phase().filter(phase::equals).isPresent();
  }

  /**
   * Plays on until the view is as wanted, in a new round if the newest is over; where those who
   * speak have nothing left to say, their deadlines pass.
   */
  void run(TestBranch branch, Predicate<MemberId> speaks, Predicate<RoundView> wanted) {
    while (Rounds.latest(branch, id()).filter(wanted).isEmpty()) {
      Optional<Said> next = TestRound.next(branch, id(), speaks, member(0));
      if (next.isPresent()) {
        branch.write(next.get().author(), next.get().entry());
      } else {
        passDeadline(branch, speaks);
      }
    }
  }

  /** The next deadline of the phase passes for those who speak. */
  void passDeadline(TestBranch branch, Predicate<MemberId> speaks) {
    RoundView view = view(branch);
    Phase phase = view.phase().orElseThrow();
    RoundId round = view.opened().id();
    for (int n = 1; n <= 2; n++) {
      Overdue overdue = new Overdue(id(), round.number(), phase, n);
      List<MemberId> left =
          members(0, size()).stream()
              .filter(speaks)
              .filter(member -> branch.get(overdue.key(member)).isEmpty())
              .toList();
      if (!left.isEmpty()) {
        left.forEach(member -> branch.write(member, overdue));
        return;
      }
    }
    throw new AssertionError(round + " stands still in " + phase);
  }

  /** Opens the next round in which just these take part, and seals and opens their sum. */
  void open(TestBranch branch, Collection<MemberId> contributors) {
    int round = Rounds.count(branch, id()) + 1;
    run(
        branch,
        contributors::contains,
        view ->
            view.opened().round() == round
                && (view.released().isPresent() || view.ending().isPresent()));
  }

  /** Everybody attests that way, and the round ends. */
  void vote(TestBranch branch, Vote vote) {
    RoundView view = view(branch);
    for (MemberId member : members(0, size())) {
      branch.write(member, TestRound.attested(view, member, vote));
    }
    branch.writeDue(id());
  }

  /** Everybody says Keyed, holding the packs that the relation of holder and dealer has. */
  void key(TestBranch branch, BiPredicate<MemberId, MemberId> holds) {
    RoundView view = view(branch);
    for (MemberId member : view.ready().keySet()) {
      List<MemberId> dealers =
          view.ready().keySet().stream().filter(dealer -> holds.test(member, dealer)).toList();
      branch.write(member, TestRound.keyed(view, member, dealers));
    }
  }

  /** A member's Ready of the newest round with the update of an earlier one. */
  Ready again(TestBranch branch, MemberId member, int earlier) {
    Ready before =
        branch
            .body(Ready.class, RoundEntry.own(Ready.class, new RoundId(id(), earlier), member))
            .orElseThrow();
    return TestRound.ready(view(branch), member, before.update());
  }

  Quorum quorum() {
    return new Quorum(size());
  }
}
