package org.koinon.peer.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WallTimelineTest {
  private final WallTimeline timeline = new WallTimeline();

  @Test
  void a_deadline_that_has_passed_asks_the_condition_once_more() {
    AtomicInteger asked = new AtomicInteger();

    assertThat(timeline.await(() -> asked.incrementAndGet() > 1, timeline.now() - 1)).isFalse();
    assertThat(asked).hasValue(1);
  }

  @Test
  void a_condition_that_holds_does_not_wait_for_the_deadline() {
    assertThat(timeline.await(() -> true, Long.MAX_VALUE)).isTrue();
  }

  @Test
  void a_change_that_happens_while_the_condition_is_asked_is_not_lost() {
    AtomicBoolean changed = new AtomicBoolean();

    boolean held =
        timeline.await(
            () -> {
              boolean before = changed.getAndSet(true);
              timeline.wake();
              return before;
            },
            Long.MAX_VALUE);

    assertThat(held).isTrue();
  }

  @Test
  void a_condition_that_throws_ends_the_wait() {
    assertThatThrownBy(
            () ->
                timeline.await(
                    () -> {
                      throw new IllegalStateException("the ledger is gone");
                    },
                    Long.MAX_VALUE))
        .hasMessage("the ledger is gone");
  }

  @Test
  void stopping_ends_a_wait_and_all_that_come_later() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(1);
    FutureTask<Boolean> wait =
        new FutureTask<>(
            () ->
                timeline.await(
                    () -> {
                      waiting.countDown();
                      return false;
                    },
                    Long.MAX_VALUE));
    Thread.ofVirtual().start(wait);
    waiting.await();

    timeline.stop();

    assertThatThrownBy(wait::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(StoppedException.class);
    assertThatThrownBy(() -> timeline.await(() -> true, Long.MAX_VALUE))
        .isInstanceOf(StoppedException.class);
  }

  @Test
  void all_tasks_end_before_the_fault_of_one_is_thrown() {
    AtomicInteger ended = new AtomicInteger();
    Runnable fails =
        () -> {
          throw new IllegalStateException("one");
        };

    assertThatThrownBy(
            () -> timeline.all(List.of(fails, ended::incrementAndGet, ended::incrementAndGet)))
        .hasMessage("one");
    assertThat(ended).hasValue(2);
  }
}
