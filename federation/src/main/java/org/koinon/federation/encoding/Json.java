package org.koinon.federation.encoding;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A JSON value as canonical encoding knows it: no floating point, no null. */
public sealed interface Json {
  /** Members in the order of RFC 8785: by UTF-16 code units, which is {@code String}'s order. */
  record Obj(SortedMap<String, Json> members) implements Json {
    /** Copies. */
    public Obj {
      members = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }
  }

  /** An array. */
  record Arr(List<Json> items) implements Json {
    /** Copies. */
    public Arr {
      items = List.copyOf(items);
    }
  }

  /** A string. */
  record Str(String value) implements Json {}

  /** An integer within ±(2^53 - 1), where every JSON reader agrees. */
  record Int(long value) implements Json {
    /** The largest integer that a JSON number may hold. */
    public static final long MAX = (1L << 53) - 1;

    /** Checks the range. */
    public Int {
      if (!fits(value)) {
        throw new IllegalArgumentException(value + " needs a decimal string");
      }
    }

    /** Whether a JSON number may hold the integer. */
    public static boolean fits(long value) {
      return value <= MAX && value >= -MAX;
    }
  }

  /** A boolean. */
  record Bool(boolean value) implements Json {}
}
