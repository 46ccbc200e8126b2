package org.koinon.system.fabric;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks for many byte strings of at least eight bytes at every offset of some bytes.
 *
 * <p>Patterns are found by their first eight bytes and then compared whole.
 */
final class PatternScan {
  /** Shorter ones would be met by accident in a few megabytes. */
  static final int LEAST = Long.BYTES;

  /**
   * Something that must not be found.
   *
   * @param what for whoever reads of the hit
   * @param bytes as a buffer whose content is compared
   */
  record Pattern(String what, ByteBuffer bytes) {}

  private final Map<Long, List<Pattern>> byStart = new HashMap<>();
  private int count;

  /** Adds one; the same bytes again are nothing new. */
  void add(String what, byte[] bytes) {
    if (bytes.length < LEAST) {
      throw new IllegalArgumentException(what + ": " + bytes.length + " bytes are too few");
    }
    List<Pattern> same = byStart.computeIfAbsent(start(bytes, 0), key -> new ArrayList<>(1));
    if (same.stream().noneMatch(each -> each.bytes().equals(ByteBuffer.wrap(bytes)))) {
      same.add(new Pattern(what, ByteBuffer.wrap(bytes.clone())));
      count++;
    }
  }

  int size() {
    return count;
  }

  /** What of it is in there. */
  List<String> in(byte[] content) {
    List<String> hits = new ArrayList<>();
    for (int i = 0; i + LEAST <= content.length; i++) {
      for (Pattern each : byStart.getOrDefault(start(content, i), List.of())) {
        int end = i + each.bytes().remaining();
        if (end <= content.length
            && Arrays.equals(content, i, end, each.bytes().array(), 0, each.bytes().remaining())) {
          hits.add(each.what() + " at " + i);
        }
      }
    }
    return hits;
  }

  private static long start(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes, at, LEAST).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
