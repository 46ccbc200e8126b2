package org.koinon.audit.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.koinon.audit.finding.Finding;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.LogFault;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;

/**
 * A log up to its first fault: signatures, membership and keys at each position, the rules, and
 * every {@code seen}. What stands behind the fault is not judged.
 */
public final class CheckedLog {
  private final VerifiedLog log = new VerifiedLog();
  private final Map<EntryKey, Long> positions = new HashMap<>();
  private Optional<Finding> fault = Optional.empty();

  private CheckedLog() {}

  /** Judges entries from position 0 on. */
  public static CheckedLog of(List<byte[]> entries) {
    CheckedLog checked = new CheckedLog();
    long vouched = 0;
    for (byte[] entry : entries) {
      Optional<LogFault> found = checked.log.append(entry);
      if (found.isPresent()) {
        int vouchedSize = (int) vouched;
        checked.fault = found.map(f -> FaultDiagnosis.explain(entries, f, vouchedSize));
        return checked;
      }
      long position = checked.log.size() - 1;
      SignedEntry signed = checked.log.at(position);
      checked.positions.put(signed.entryKey(), position);
      vouched = Math.max(vouched, signed.seen().size());
    }
    return checked;
  }

  /** The entries that hold. */
  public VerifiedLog log() {
    return log;
  }

  /** The first fault, explained. */
  public Optional<Finding> fault() {
    return fault;
  }

  /** Where the member's entry stands. */
  public long position(MemberId author, Entry entry) {
    return position(entry.key(author)).orElse(-1L);
  }

  /** Where the entry of that key stands, if it does. */
  public Optional<Long> position(EntryKey key) {
    return Optional.ofNullable(positions.get(key));
  }
}
