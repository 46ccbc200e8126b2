package org.koinon.testkit.bad.prints;

/** Prints. */
final class PrintsOut {
  private PrintsOut() {}

  static void say(String text) {
    System.out.println(text);
  }
}
