package org.koinon.testkit.bad.clock;

import java.util.function.LongSupplier;

/** Never calls the clock, and yet reads it. */
final class HandsTheClockOn {
  private HandsTheClockOn() {}

  static LongSupplier nanos() {
    return System::nanoTime;
  }
}
