package org.koinon.federation.ledger;

/**
 * The business id of an entry: {@code type~study~round~member}, plus what tells two of one member
 * apart. A ledger holds at most one entry per key.
 */
public record EntryKey(String value) implements Comparable<EntryKey> {
  /** Joins the parts by {@code ~}, which no part contains. */
  public static EntryKey of(String type, Object... parts) {
    StringBuilder key = new StringBuilder(type);
    for (Object part : parts) {
      key.append('~').append(part);
    }
    return new EntryKey(key.toString());
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
