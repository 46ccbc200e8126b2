package org.koinon.federation.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Why a log cannot be an honest one, at its first entry where that shows.
 *
 * @param position of the entry, from 0
 * @param key of the entry; none if the bytes are no entry
 * @param kind what is wrong
 * @param refusal the rule, where a rule refuses it
 * @param detail in words: which field, which value
 */
public record LogFault(
    long position, @Nullable EntryKey key, Kind kind, @Nullable Refusal refusal, String detail) {
  /** What is wrong with an entry in its place. */
  public enum Kind {
    /** The rules refuse it there. */
    REFUSED,
    /** The same thing stands earlier: it was inserted twice. */
    REPEATED,
    /** Its author had seen more entries than precede it. */
    SEEN_AHEAD,
    /** Its author had seen other entries than those that precede it. */
    SEEN_DIFFERS
  }

  /** One line for people: which entry, which field or rule. */
  public String sentence() {
    String name = key == null ? "" : " (" + key + ")";
    String rule = refusal == null ? kind.name() : refusal.name();
    return "entry " + position + name + ": " + rule + ", " + detail;
  }
}
