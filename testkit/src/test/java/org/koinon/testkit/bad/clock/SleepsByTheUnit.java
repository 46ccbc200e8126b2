package org.koinon.testkit.bad.clock;

import java.util.concurrent.TimeUnit;

/** Waits for time to pass, under another name. */
final class SleepsByTheUnit {
  private SleepsByTheUnit() {}

  static void nap() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(1);
  }
}
