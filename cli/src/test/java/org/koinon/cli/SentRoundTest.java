package org.koinon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestRound;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/** Two masked rounds of five hospitals, of which the last says nothing in the second. */
class SentRoundTest {
  private final TestConsortium consortium = TestConsortium.ofHospitals(5);
  private final Study study = consortium.privateStudy();
  private final VerifiedLog log = consortium.log(consortium.setUp(study));
  private final List<MemberId> members =
      List.of(0, 1, 2, 3, 4).stream().map(consortium::member).toList();
  private final MemberId silent = members.getLast();

  private RoundView round(int number) {
    return RoundView.of(log, new RoundId(study.id(), number)).orElseThrow();
  }

  private void playSecond() {
    Predicate<MemberId> speaks = member -> !member.equals(silent);
    while (RoundView.of(log, new RoundId(study.id(), 2)).flatMap(RoundView::released).isEmpty()) {
      Optional<Said> next = TestRound.next(log, study.id(), speaks, members.getFirst());
      if (next.isPresent()) {
        consortium.write(log, next.get().author(), next.get().entry());
      } else {
        passDeadline(speaks);
      }
    }
  }

  private void passDeadline(Predicate<MemberId> speaks) {
    for (int n = 1; n <= 2; n++) {
      Overdue overdue = new Overdue(study.id(), 2, round(2).phase().orElseThrow(), n);
      List<MemberId> left =
          members.stream()
              .filter(speaks)
              .filter(member -> log.get(overdue.key(member)).isEmpty())
              .toList();
      if (!left.isEmpty()) {
        left.forEach(member -> consortium.write(log, member, overdue));
        return;
      }
    }
    throw new AssertionError("round 2 stands still");
  }

  @Test
  void a_hospital_is_shown_what_left_it_and_a_set_that_is_near_the_last() {
    TestRound.play(consortium, log, study.id());
    playSecond();

    SentRound first = SentRound.of(round(1), members.getFirst());
    assertThat(first.text())
        .startsWith(study.id() + "/1")
        .contains("commitment", "under its masks", "sums of shards", "vote on model")
        .contains("proof: Ready~" + study.id() + "~1~" + members.getFirst())
        .doesNotContain("near difference");
    assertThat(first.json()).doesNotContain("nearDifference");

    SentRound second = SentRound.of(round(2), members.getFirst());
    assertThat(second.text())
        .contains(
            "near difference: the set differs from the last opened one by 1; the two results"
                + " together show something of these members");
    assertThat(second.json()).contains("\"nearDifference\":1");
    assertThat(SentRound.of(round(2), silent).text()).contains("  nothing", "near difference");
  }
}
