package org.koinon.testkit.bad.clock;

import java.time.Instant;

/** Calls the clock. */
final class AsksTheInstant {
  private AsksTheInstant() {}

  static Instant now() {
    return Instant.now();
  }
}
