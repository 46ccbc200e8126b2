package org.koinon.testkit.bad.prints;

/** Prints where errors go. */
final class PrintsErr {
  private PrintsErr() {}

  static void say(String text) {
    System.err.println(text);
  }
}
