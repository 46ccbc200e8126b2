package org.koinon.federation.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koinon.federation.ledger.TestConsortium.Said;

/** What the port promises where several processes share a log. */
public abstract class LedgerProcessContract extends LedgerContract {
  private static final int KILLS = 5;

  /**
   * The command of a process that opens the log under test and calls {@link
   * TestScribe#writeApprovals} for that hospital, printing to its standard output.
   */
  protected abstract ProcessBuilder writer(int hospital, int from, int to);

  @Test
  void four_processes_append_at_once_and_nothing_is_lost_or_twice() throws Exception {
    int each = 20;
    try (Ledger ledger = open()) {
      admit(ledger, List.of(consortium.founding()));
      List<Process> processes = new ArrayList<>();
      // Two processes per hospital say the same, so that they meet at each key.
      for (int hospital : new int[] {0, 0, 1, 1}) {
        processes.add(start(writer(hospital, 0, each)));
      }
      TestScribe scribe = new TestScribe(consortium, ledger);
      for (int i = 0; i < each; i++) {
        scribe.say(TestScribe.approval(consortium.member(2), i));
        scribe.say(TestScribe.approval(consortium.member(3), i));
      }
      for (Process process : processes) {
        List<String> printed = process.inputReader().readAllLines();
        assertThat(process.waitFor()).as(String.join("\n", printed)).isZero();
        assertThat(printed).hasSize(each);
      }

      assertEachStandsOnce(ledger, each);
    }
  }

  @Test
  void after_a_kill_each_entry_is_whole_or_absent_and_none_that_was_confirmed_is_lost()
      throws Exception {
    try (Ledger ledger = open()) {
      admit(ledger, List.of(consortium.founding()));
    }
    List<EntryKey> confirmed = new ArrayList<>();
    int next = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      confirmed.addAll(killAfter(3 + 4 * kill, start(writer(0, next, Integer.MAX_VALUE))));
      try (Ledger ledger = open()) {
        VerifiedLog log = replay(ledger);
        assertThat(log.size()).isGreaterThanOrEqualTo(1 + confirmed.size());
        assertThat(confirmed).allSatisfy(key -> assertThat(ledger.get(key)).isPresent());
        next = (int) log.size() - 1 - kill;
        Said said = TestScribe.approval(consortium.member(1), kill);
        assertThat(new TestScribe(consortium, ledger).say(said))
            .isEqualTo(new Admission.Admitted());
      }
    }
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    return builder.redirectErrorStream(true).start();
  }

  /** Kills the process once it has confirmed that many; gives all that it confirmed. */
  private static List<EntryKey> killAfter(int lines, Process process) throws Exception {
    List<EntryKey> confirmed = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      String line = reader.readLine();
      while (line != null) {
        assertThat(line).startsWith("Approval~");
        confirmed.add(new EntryKey(line));
        if (confirmed.size() == lines) {
          // Not Process.destroyForcibly, which closes the pipe with what was confirmed in it.
          process.toHandle().destroyForcibly();
        }
        line = reader.readLine();
      }
    }
    assertThat(process.waitFor()).as("killed").isEqualTo(128 + 9);
    return confirmed;
  }
}
