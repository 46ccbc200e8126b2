package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.Consensus;
import org.koinon.peer.ledger.fabric.BareContract;
import org.koinon.peer.ledger.fabric.FabricLedger;

/**
 * Measures the ledger beside a chaincode that only puts, on one network in one run: the ledger, the
 * other, the ledger again. Prints the figures; asserts that every entry stands.
 */
@Tag("fabric")
final class LedgerRateTest {
  private static final MemberId WRITER = RealNetwork.MEMBERS.getFirst();
  private static final int IN_TURN = Integer.getInteger("koinon.rate.in-turn", 100);
  private static final int TOGETHER = Integer.getInteger("koinon.rate.together", 600);
  private static final int THREADS = 100;
  private static final int WARM_UP = 300;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private int subjects;

  /**
   * What one round of measuring gave.
   *
   * @param halfMillis within which half of the entries stood that were written one by one
   * @param mostMillis within which 99 of 100 did
   * @param perSecond how many stood each second when 100 were written at a time
   */
  private record Figures(double halfMillis, double mostMillis, double perSecond) {
    String sentence() {
      return "%.1f ms (p50), %.1f ms (p99), %.1f entries/s"
          .formatted(halfMillis, mostMillis, perSecond);
    }
  }

  @Test
  void the_ledger_beside_a_chaincode_that_only_puts() throws Exception {
    TestConsortium consortium = TestConsortium.ofHospitals(4);
    try (RealNetwork real = RealNetwork.start(folder.resolve("network"), Consensus.BFT)) {
      new ChaincodeDeployment(real.folder(), real.network(), RealNetwork.MEMBERS).deploy("bare");
      Figures before = ledger(real, consortium);
      Figures bare = bare(real, consortium);
      real.up();
      Figures after = ledger(real, consortium);

      System.out.println("ledger:   " + before.sentence());
      System.out.println("bare put: " + bare.sentence());
      System.out.println("ledger:   " + after.sentence());
      System.out.printf(
          "entries/s, ledger to bare put: %.2f%n",
          (before.perSecond() + after.perSecond()) / 2 / bare.perSecond());
      System.out.printf(
          "p50, ledger to bare put: %.2f%n",
          (before.halfMillis() + after.halfMillis()) / 2 / bare.halfMillis());
      assertThat(bare.perSecond()).isPositive();
    }
  }

  private Figures ledger(RealNetwork real, TestConsortium consortium) throws Exception {
    Path copy = folder.resolve("copy-" + subjects + ".db");
    try (FabricLedger ledger = FabricLedger.open(real.config(WRITER, "federation"), copy)) {
      TestScribe scribe = new TestScribe(consortium, ledger);
      if (ledger.size() == 0) {
        assertThat(scribe.say(consortium.founding())).isEqualTo(new Admission.Admitted());
      }
      long size = ledger.size();
      Figures figures =
          measure(
              subject -> scribe.sign(TestScribe.approval(consortium.member(0), subject)),
              entry -> {
                assertThat(ledger.append(entry)).isEqualTo(new Admission.Admitted());
                return null;
              });
      assertThat(ledger.size()).isEqualTo(size + WARM_UP + IN_TURN + TOGETHER);
      return figures;
    }
  }

  private Figures bare(RealNetwork real, TestConsortium consortium) throws Exception {
    List<Process> processes = new ArrayList<>();
    try (BareContract contract = new BareContract(real.config(WRITER, "bare"), PATIENCE);
        FabricLedger ledger =
            FabricLedger.open(real.config(WRITER, "federation"), folder.resolve("other.db"))) {
      TestScribe scribe = new TestScribe(consortium, ledger);
      for (MemberId each : RealNetwork.MEMBERS) {
        processes.add(BareProcess.instead(real, each, folder.resolve("bare-" + each + ".log")));
      }
      return measure(
          subject -> scribe.sign(TestScribe.approval(consortium.member(0), subject)),
          entry -> {
            contract.submit(entry.encode());
            return null;
          });
    } finally {
      for (Process each : processes) {
        each.destroy();
        each.waitFor();
      }
    }
  }

  /** Returns nothing; throws if the entry does not stand. */
  private interface Write {
    Void write(SignedEntry entry) throws Exception;
  }

  private Figures measure(Function<Integer, SignedEntry> sign, Write write) throws Exception {
    together(signed(WARM_UP, sign), write);
    List<SignedEntry> inTurn = signed(IN_TURN, sign);
    List<Double> millis = new ArrayList<>();
    for (SignedEntry each : inTurn) {
      long start = System.nanoTime();
      write.write(each);
      millis.add((System.nanoTime() - start) / 1e6);
    }
    millis.sort(null);
    List<SignedEntry> entries = signed(TOGETHER, sign);
    long start = System.nanoTime();
    together(entries, write);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Figures(millis.get(IN_TURN / 2), millis.get(IN_TURN * 99 / 100), TOGETHER / seconds);
  }

  private List<SignedEntry> signed(int count, Function<Integer, SignedEntry> sign) {
    List<SignedEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(sign.apply(subjects++));
    }
    return entries;
  }

  private static void together(List<SignedEntry> entries, Write write) throws Exception {
    try (var executor = Executors.newFixedThreadPool(THREADS)) {
      List<Callable<Void>> tasks =
          entries.stream().<Callable<Void>>map(each -> () -> write.write(each)).toList();
      for (Future<Void> each : executor.invokeAll(tasks)) {
        each.get();
      }
    }
  }
}
