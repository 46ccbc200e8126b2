package org.koinon.testkit.bad.prints;

import java.util.logging.Logger;

/** Logs past SLF4J. */
final class Logs {
  private Logs() {}

  static void say(String text) {
    Logger.getLogger("koinon").info(text);
  }
}
