package org.koinon.federation.ledger;

import java.io.PrintStream;
import java.util.Optional;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.study.MemberId;

/**
 * Writes to a ledger as a node does: reads what is new, verifies it, signs with the right {@code
 * seen}, appends.
 *
 * <p>Not thread-safe; each writer has its own.
 */
public final class TestScribe {
  private static final int READ_MAX = 64;

  private final TestConsortium consortium;
  private final Ledger ledger;
  private final VerifiedLog log = new VerifiedLog();

  /** Writes to that ledger for the members of that consortium. */
  public TestScribe(TestConsortium consortium, Ledger ledger) {
    this.consortium = consortium;
    this.ledger = ledger;
  }

  /** What it has read, up to now. */
  public VerifiedLog catchUp() {
    while (true) {
      var entries = ledger.read(log.size(), READ_MAX);
      if (entries.isEmpty()) {
        return log;
      }
      for (byte[] bytes : entries) {
        Optional<LogFault> fault = log.append(bytes);
        if (fault.isPresent()) {
          throw new AssertionError(fault.get().sentence());
        }
      }
    }
  }

  /** Signs what is said as one who has read all that stands. */
  public SignedEntry sign(Said said) {
    return consortium.sign(catchUp(), said);
  }

  /** Signs and appends. */
  public Admission say(Said said) {
    return ledger.append(sign(said));
  }

  /** The i-th of the entries that a member can always say: its approval of something. */
  public static Said approval(MemberId member, int i) {
    return new Said(member, new Approval(TestConsortium.digest("subject " + i)));
  }

  /**
   * Appends approvals from..to-1 of a member, and prints the key of each once it stands; what
   * another process has appended before is fine.
   */
  public void writeApprovals(MemberId member, int from, int to, PrintStream out) {
    for (int i = from; i < to; i++) {
      Said said = approval(member, i);
      switch (say(said)) {
        case Admission.Admitted admitted -> out.println(said.entry().key(member));
        case Admission.Present present -> out.println(said.entry().key(member));
        case Admission.Refused refused -> throw new AssertionError(refused.toString());
      }
      out.flush();
    }
  }
}
