package org.koinon.peer.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;
import org.koinon.peer.time.Timeline;

class TurnsTest {
  private static final long TURN = 400;

  /** A clock that is set by hand; nobody waits. */
  private static final class Clock implements Timeline {
    private long now = 10_000;

    @Override
    public long now() {
      return now;
    }

    @Override
    public boolean await(BooleanSupplier condition, long deadline) {
      return condition.getAsBoolean();
    }

    @Override
    public void wake() {
      // Nobody waits.
    }

    @Override
    public void all(List<Runnable> tasks) {
      tasks.forEach(Runnable::run);
    }
  }

  private final Clock clock = new Clock();
  private final TestConsortium consortium = TestConsortium.ofHospitals(5);
  private final RoundOpened first =
      Rounds.next(consortium.log(consortium.setUp()), consortium.study().id()).orElseThrow();

  private RoundOpened round(int number) {
    return new RoundOpened(
        first.study(),
        number,
        first.version(),
        null,
        1,
        first.baseModel(),
        null,
        first.terms(),
        first.roster());
  }

  private long turn(MemberId member, RoundOpened round) {
    return new Turns(member, clock).turn(round, round) - clock.now();
  }

  private RoundEntry abandoned(AbandonReason reason) {
    return new Abandoned(first.study(), 1, reason, Phase.READY);
  }

  @Test
  void each_member_has_a_turn_of_its_own_and_one_begins_at_once() {
    assertThat(first.members().stream().map(member -> turn(member, first)))
        .containsExactlyInAnyOrder(0L, TURN, 2 * TURN, 3 * TURN, 4 * TURN);
  }

  @Test
  void another_member_begins_in_each_round() {
    Set<MemberId> beginners = new HashSet<>();
    for (int number = 1; number <= 5; number++) {
      for (MemberId member : first.members()) {
        if (turn(member, round(number)) == 0) {
          beginners.add(member);
        }
      }
    }
    assertThat(beginners).hasSize(5);
  }

  @Test
  void a_turn_stays_while_the_same_entry_is_due_and_counts_anew_for_another() {
    Turns turns = new Turns(consortium.member(0), clock);
    long turn = turns.turn(first, first);
    clock.now += 250;
    assertThat(turns.turn(first, first)).isEqualTo(turn);

    long ending = turns.turn(first, abandoned(AbandonReason.DEADLINE));
    clock.now += 250;
    assertThat(turns.turn(first, abandoned(AbandonReason.TOO_FEW_READY))).isEqualTo(ending);
    assertThat(turns.turn(first, first)).isEqualTo(turn + 500);
  }
}
