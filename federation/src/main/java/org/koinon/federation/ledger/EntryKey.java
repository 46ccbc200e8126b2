package org.koinon.federation.ledger;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The business id of an entry: {@code type~study~round~member}, plus what tells two of one member
 * apart. A ledger holds at most one entry per key.
 */
public record EntryKey(String value) implements Comparable<EntryKey> {
  /** Joins the parts by {@code ~}, which no part contains. */
  public static EntryKey of(String type, Object... parts) {
    return new EntryKey(
        type + Arrays.stream(parts).map(part -> "~" + part).collect(Collectors.joining()));
  }

  @Override
  public int compareTo(EntryKey other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
