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
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestScribe;
import org.koinon.federation.study.MemberId;
import org.koinon.network.fabric.Consensus;
import org.koinon.peer.ledger.fabric.BareContract;
import org.koinon.peer.ledger.fabric.FabricLedger;

/**
 * Measures the ledger beside a chaincode that only puts, on one network in one run: the ledger, the
 * other, the other when it reads as many keys as an approval needs, the ledger again, and then
 * entries whose keys are bound to their author's endorsement. Every hospital is bound to its
 * organisation, so each entry's submitter is judged too. Prints the figures; asserts that every
 * entry stands.
 */
@Tag("fabric")
final class LedgerRateTest {
  private static final MemberId WRITER = RealNetwork.MEMBERS.getFirst();
  private static final int IN_TURN = Integer.getInteger("koinon.rate.in-turn", 100);
  private static final int TOGETHER = Integer.getInteger("koinon.rate.together", 600);
  private static final int THREADS = 100;
  private static final int WARM_UP = Integer.getInteger("koinon.rate.warm-up", 300);

  /** Without which no approval can be judged: the members, the author's keys, the key itself. */
  private static final int READS = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private int subjects;

  /**
   * What one round of measuring gave.
   *
   * @param halfMillis within which half of the entries stood that were written one by one
   * @param mostMillis within which 99 of 100 did
   * @param perSecond how many stood each second when 100 were written at a time
   * @param computing what the processors worked meanwhile for each of these
   */
  private record Figures(double halfMillis, double mostMillis, double perSecond, String computing) {
    String sentence() {
      return "%.1f ms (p50), %.1f ms (p99), %.1f entries/s, each %s"
          .formatted(halfMillis, mostMillis, perSecond, computing);
    }
  }

  @Test
  void the_ledger_beside_a_chaincode_that_only_puts() throws Exception {
    TestConsortium consortium =
        TestConsortium.ofHospitals(RealNetwork.MEMBERS.size())
            .of(RealNetwork.MEMBERS.stream().map(MemberId::value).toList());
    try (RealNetwork real = RealNetwork.start(folder.resolve("network"), Consensus.BFT)) {
      new ChaincodeDeployment(real.folder(), real.network(), RealNetwork.MEMBERS).deploy("bare");
      Figures before = ledger(real, consortium, subject -> approval(consortium, subject));
      Figures bare = bare(real, consortium, 0);
      Figures reading = bare(real, consortium, READS);
      real.up();
      Figures after = ledger(real, consortium, subject -> approval(consortium, subject));
      propose(real, consortium, WARM_UP + IN_TURN + TOGETHER);
      Figures bound = ledger(real, consortium, subject -> consent(consortium, subject));

      System.out.println("ledger, approvals:          " + before.sentence());
      System.out.println("bare put:                   " + bare.sentence());
      System.out.println("put after " + READS + " reads:          " + reading.sentence());
      System.out.println("ledger, approvals:          " + after.sentence());
      System.out.println("ledger, consents, key bound: " + bound.sentence());
      System.out.printf(
          "entries/s, approvals to bare put: %.2f%n",
          (before.perSecond() + after.perSecond()) / 2 / bare.perSecond());
      System.out.printf(
          "entries/s, put after reads to bare put: %.2f%n", reading.perSecond() / bare.perSecond());
      System.out.printf(
          "p50, approvals to bare put: %.2f%n",
          (before.halfMillis() + after.halfMillis()) / 2 / bare.halfMillis());
      System.out.printf(
          "consents to bare put: %.2f of the entries/s, %.2f of the p50%n",
          bound.perSecond() / bare.perSecond(), bound.halfMillis() / bare.halfMillis());
      assertThat(bare.perSecond()).isPositive();
    }
  }

  private static Said approval(TestConsortium consortium, int subject) {
    return TestScribe.approval(consortium.member(0), subject);
  }

  /** The first of its kind in the study of that number, so that it follows from no other. */
  private static Said consent(TestConsortium consortium, int subject) {
    MemberId author = consortium.member(0);
    return new Said(
        author, TestConsortium.consent(consortium.study("rate-" + subject, 1), author, 1));
  }

  /** As many studies, for the next consents; not measured. */
  private void propose(RealNetwork real, TestConsortium consortium, int studies) throws Exception {
    try (FabricLedger ledger =
        FabricLedger.open(real.config(WRITER, "federation"), folder.resolve("proposals.db"))) {
      TestScribe scribe = new TestScribe(consortium, ledger);
      List<SignedEntry> proposals = new ArrayList<>();
      for (int i = 0; i < studies; i++) {
        Proposed proposed = new Proposed(consortium.study("rate-" + (subjects + i), 1));
        proposals.add(scribe.sign(new Said(consortium.member(0), proposed)));
      }
      together(
          proposals,
          entry -> {
            assertThat(ledger.append(entry)).isEqualTo(new Admission.Admitted());
            return null;
          });
    }
  }

  private Figures ledger(RealNetwork real, TestConsortium consortium, Function<Integer, Said> say)
      throws Exception {
    Path copy = folder.resolve("copy-" + subjects + ".db");
    try (FabricLedger ledger = FabricLedger.open(real.config(WRITER, "federation"), copy)) {
      TestScribe scribe = new TestScribe(consortium, ledger);
      if (ledger.size() == 0) {
        assertThat(scribe.say(consortium.founding())).isEqualTo(new Admission.Admitted());
      }
      long size = ledger.size();
      Figures figures =
          measure(
              () -> ProcessorTime.now(real, List.of()),
              subject -> scribe.sign(say.apply(subject)),
              entry -> {
                assertThat(ledger.append(entry)).isEqualTo(new Admission.Admitted());
                return null;
              });
      assertThat(ledger.size()).isEqualTo(size + WARM_UP + IN_TURN + TOGETHER);
      return figures;
    }
  }

  private Figures bare(RealNetwork real, TestConsortium consortium, int reads) throws Exception {
    List<Process> processes = new ArrayList<>();
    try (BareContract contract = new BareContract(real.config(WRITER, "bare"), PATIENCE);
        FabricLedger ledger =
            FabricLedger.open(
                real.config(WRITER, "federation"), folder.resolve("other-" + reads + ".db"))) {
      TestScribe scribe = new TestScribe(consortium, ledger);
      for (MemberId each : RealNetwork.MEMBERS) {
        Path log = folder.resolve("bare-" + reads + "-" + each + ".log");
        processes.add(BareProcess.instead(real, each, log, reads));
      }
      return measure(
          () -> ProcessorTime.now(real, processes),
          subject -> scribe.sign(approval(consortium, subject)),
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

  private Figures measure(
      Supplier<ProcessorTime> processors, Function<Integer, SignedEntry> sign, Write write)
      throws Exception {
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
    ProcessorTime before = processors.get();
    long start = System.nanoTime();
    together(entries, write);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Figures(
        millis.get(IN_TURN / 2),
        millis.get(IN_TURN * 99 / 100),
        TOGETHER / seconds,
        processors.get().perEntry(before, TOGETHER));
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
