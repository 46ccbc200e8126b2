package org.koinon.testkit.bad.impure;

/** Starts a thread. */
final class Starts {
  private Starts() {}

  static Thread started(Runnable task) {
    return Thread.ofVirtual().start(task);
  }
}
