package org.koinon.testkit.bad.clock;

import java.time.Clock;

/** Makes a clock of its own. */
final class TakesTheSystemClock {
  private TakesTheSystemClock() {}

  static Clock clock() {
    return Clock.systemUTC();
  }
}
