package org.koinon.cli.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.koinon.federation.study.MemberId;

/**
 * The running demonstration for people: a bar per hospital on a terminal, plain lines otherwise,
 * nothing where a machine reads. Safe for several threads.
 */
final class Screen {
  /** How it shows. */
  enum Mode {
    /** Bars that move. */
    BARS,
    /** A line per event. */
    LINES,
    /** Nothing. */
    SILENT
  }

  private static final List<String> STEPS =
      List.of(
          "read",
          "select",
          "train",
          "protect",
          "contribute",
          "exchange",
          "seal",
          "aggregate",
          "attest",
          "close");
  private static final int WIDTH = 20;

  private final PrintStream out;
  private final Mode mode;
  private final Map<MemberId, String> bars = new TreeMap<>();
  private int drawn;

  Screen(PrintStream out, Mode mode) {
    this.out = out;
    this.mode = mode;
  }

  /** A sentence that stays. */
  synchronized void say(String sentence) {
    if (mode == Mode.SILENT) {
      return;
    }
    wipe();
    out.println(sentence);
    draw();
  }

  /** Where a hospital is. */
  synchronized void step(MemberId member, String study, int round, int rounds, String step) {
    int done = STEPS.indexOf(step) + 1;
    int filled = done * WIDTH / STEPS.size();
    bars.put(
        member,
        String.format(
            Locale.ROOT,
            "  %-20s %s round %2d/%-2d [%s%s] %s",
            member,
            study,
            round,
            rounds,
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            step));
    if (mode == Mode.BARS) {
      wipe();
      draw();
    }
  }

  /** A round is over at a hospital. */
  synchronized void over(MemberId member, String study, int round, String outcome, String model) {
    bars.put(
        member,
        String.format(
            Locale.ROOT,
            "  %-20s %s round %2d %s, model %s",
            member,
            study,
            round,
            outcome,
            model));
    if (mode == Mode.LINES) {
      out.println(bars.get(member).strip());
    } else if (mode == Mode.BARS) {
      wipe();
      draw();
    }
  }

  /** The bars stay as they are. */
  synchronized void end() {
    drawn = 0;
    bars.clear();
  }

  private void wipe() {
    if (mode == Mode.BARS && drawn > 0) {
      out.print("\033[" + drawn + "A\033[J");
      drawn = 0;
    }
  }

  private void draw() {
    if (mode != Mode.BARS) {
      return;
    }
    bars.values().forEach(out::println);
    drawn = bars.size();
    out.flush();
  }
}
