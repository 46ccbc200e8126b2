package org.koinon.testkit.bad.clock;

import java.time.Duration;

/** Waits for time to pass. */
final class Sleeps {
  private Sleeps() {}

  static void nap() throws InterruptedException {
    Thread.sleep(Duration.ofMillis(1));
  }
}
