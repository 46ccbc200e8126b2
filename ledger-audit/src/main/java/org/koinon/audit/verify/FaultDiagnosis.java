package org.koinon.audit.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.LogFault;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;

/**
 * Which entry of a faulty log is the wrong one, and what was done to it.
 *
 * <p>The rules show where a log stops to be honest, which may be behind the cause. Every author
 * cosigned the entries before its own, so one removal, swap or move that makes all of them right
 * again is the explanation; where none does, the authors' {@code seen} bound the place of an entry
 * that was deleted or replaced. At most {@link #WINDOW} places to either side are tried.
 */
final class FaultDiagnosis {
  static final int WINDOW = 48;

  private final LogFault fault;
  private final int at;
  private final int vouched;
  private final Testimony testimony;
  private final List<Integer> asIs;

  private FaultDiagnosis(List<byte[]> bytes, LogFault fault, int vouched) {
    this.fault = fault;
    this.at = (int) fault.position();
    this.vouched = vouched;
    this.testimony = new Testimony(bytes, vouched);
    this.asIs = IntStream.range(0, bytes.size()).boxed().toList();
  }

  /**
   * Explains the first fault of a log.
   *
   * @param vouched how many entries the authors before the fault had seen as they stand
   */
  static Finding explain(List<byte[]> bytes, LogFault fault, int vouched) {
    return new FaultDiagnosis(bytes, fault, vouched).explain();
  }

  private Finding explain() {
    if (fault.key() == null) {
      return malformed();
    }
    if (testimony.isForged(at)) {
      return changed();
    }
    Optional<Integer> contradiction = testimony.contradiction(asIs);
    if (contradiction.isEmpty()) {
      return asFound();
    }
    Finding found = removal(Math.max(vouched, at - WINDOW), at - 1);
    found = found == null ? swap() : found;
    found = found == null && isRemovable() ? removal(at, at) : found;
    found = found == null ? move() : found;
    return found == null ? bounded(contradiction.get()) : found;
  }

  private Finding malformed() {
    String what = "entry " + at + " is no entry: " + fault.detail();
    int colon = fault.detail().indexOf(": ");
    String field = colon > 0 ? fault.detail().substring(0, colon) : null;
    return new Finding.OfEntry(at, null, field, Rule.ENTRY_MALFORMED, fault.refusal(), what);
  }

  private Finding changed() {
    return finding(at, Rule.ENTRY_CHANGED, "is not what its author signed: " + fault.detail());
  }

  /** No author contradicts the order: the entry itself breaks a rule. */
  private Finding asFound() {
    if (fault.refusal() == Refusal.NO_GENESIS) {
      String sentence = "entry 0 is missing: a log begins with its Genesis entry";
      return new Finding.OfEntry(
          0, null, "position", Rule.ENTRY_MISSING, fault.refusal(), sentence);
    }
    return switch (fault.kind()) {
      case REFUSED -> finding(at, Rule.ENTRY_REFUSED, "is refused: " + fault.detail());
      case REPEATED -> repeated(at);
      case SEEN_AHEAD, SEEN_DIFFERS ->
          finding(at, Rule.ENTRY_REFUSED, "does not fit the entries before it: " + fault.detail());
    };
  }

  private Finding repeated(int place) {
    EntryKey key = key(place);
    String twin =
        IntStream.range(0, testimony.size())
            .filter(other -> other != place && key != null && key.equals(key(other)))
            .mapToObj(Integer::toString)
            .findFirst()
            .orElse("an earlier one");
    return finding(place, Rule.ENTRY_REPEATED, "repeats entry " + twin);
  }

  private @Nullable Finding removal(int from, int to) {
    for (int place = to; place >= from; place--) {
      List<Integer> order = new ArrayList<>(asIs);
      order.remove(/* index */ place);
      if (isRight(order)) {
        String what = "was inserted: without it all later authors saw the log as it is";
        return hasTwin(place) ? repeated(place) : finding(place, Rule.ENTRY_INSERTED, what);
      }
    }
    return null;
  }

  /** Whether somebody speaks for the log without the faulty entry, or it for the log before it. */
  private boolean isRemovable() {
    return testimony.contradiction(asIs.subList(0, at + 1)).isEmpty()
        || IntStream.range(at + 1, testimony.size())
            .anyMatch(later -> testimony.seen(later).filter(s -> s.size() > at).isPresent());
  }

  private boolean hasTwin(int place) {
    return IntStream.range(0, testimony.size())
        .anyMatch(other -> other != place && testimony.leaf(other).equals(testimony.leaf(place)));
  }

  private @Nullable Finding swap() {
    for (int first = at; first >= Math.max(vouched, at - WINDOW); first--) {
      int end = Math.min(testimony.size(), at + WINDOW);
      for (int second = first + 1; second < end; second++) {
        List<Integer> order = new ArrayList<>(asIs);
        order.set(first, second);
        order.set(second, first);
        if (isRight(order)) {
          String what =
              "and entry " + second + " (" + key(second) + ") stand in each other's place";
          return finding(first, Rule.ENTRIES_SWAPPED, what);
        }
      }
    }
    return null;
  }

  private @Nullable Finding move() {
    int from = Math.max(vouched, at - WINDOW);
    int end = Math.min(testimony.size(), at + WINDOW);
    for (int place = from; place < end; place++) {
      for (int home = from; home < end; home++) {
        List<Integer> order = new ArrayList<>(asIs);
        order.add(home, order.remove(/* index */ place));
        if (home != place && isRight(order)) {
          return finding(place, Rule.ENTRY_MOVED, "belongs at position " + home);
        }
      }
    }
    return null;
  }

  private boolean isRight(List<Integer> order) {
    return testimony.contradiction(order).isEmpty();
  }

  /** Deleted or replaced: which entry is bounded by who had seen it and who had not. */
  private Finding bounded(int witness) {
    Seen seen = testimony.seen(witness).orElseThrow();
    int last = (int) Math.min(seen.size() - 1, testimony.size());
    int first = Math.min(vouched, last);
    boolean isAhead = seen.size() > witness;
    String shown = shownBy(witness, seen);
    if (isAhead) {
      int place = Math.min(witness, last);
      String range = first == place ? "" : ", or one from " + first + " on";
      String sentence = "the entry of position " + place + range + " is missing" + shown;
      return new Finding.OfEntry(
          place, null, "position", Rule.ENTRY_MISSING, fault.refusal(), sentence);
    }
    if (fault.kind() == LogFault.Kind.REFUSED && at <= last) {
      return finding(at, Rule.ENTRY_REFUSED, "is refused: " + fault.detail() + shown);
    }
    int place = Math.min(last, testimony.size() - 1);
    String range = first >= place ? "" : " (or another from " + first + " on)";
    return finding(place, Rule.ENTRY_REPLACED, range + "is not the one that was seen" + shown);
  }

  private String shownBy(int witness, Seen seen) {
    return "; entry "
        + witness
        + " ("
        + key(witness)
        + ") had seen "
        + seen.size()
        + " entries with root "
        + seen.root().brief();
  }

  private @Nullable EntryKey key(int place) {
    return testimony.at(place).map(SignedEntry::entryKey).orElse(null);
  }

  private Finding finding(int place, Rule rule, String what) {
    EntryKey key = key(place);
    String sentence = "entry " + place + " (" + key + ") " + what.strip();
    return new Finding.OfEntry(place, key, field(rule), rule, fault.refusal(), sentence);
  }

  /** The member of the entry that the refusal is about. */
  private @Nullable String field(Rule rule) {
    return switch (rule) {
      case ENTRIES_SWAPPED, ENTRY_MOVED, ENTRY_INSERTED, ENTRY_REPEATED -> "position";
      case ENTRY_CHANGED, ENTRY_REFUSED -> field(fault.refusal());
      default -> fault.refusal() == null ? "seen" : field(fault.refusal());
    };
  }

  private static @Nullable String field(@Nullable Refusal refusal) {
    return switch (refusal) {
      case null -> "seen";
      case WRONG_CONSORTIUM -> "consortium";
      case UNKNOWN_MEMBER, NOT_IN_ROSTER, NOT_A_HOSPITAL, NOT_EXPECTED -> "author";
      case UNKNOWN_KEY, KEY_REVOKED -> "key";
      case SIGNATURE_INVALID -> "signature";
      case ACCEPTANCE_INVALID -> "body.acceptances";
      default -> "body";
    };
  }
}
