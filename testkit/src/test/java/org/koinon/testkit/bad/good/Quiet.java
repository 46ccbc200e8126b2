package org.koinon.testkit.bad.good;

import java.time.Clock;
import java.time.Instant;

/** Is given the time. */
record Quiet(Clock clock) {
  Instant later(long seconds) {
    return Instant.ofEpochSecond(seconds);
  }
}
