package org.koinon.aggregation.masking;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Words;

/** How values are written into golden vectors. */
final class VectorText {
  private VectorText() {}

  /** Names and values in turn. */
  static Map<String, Object> row(Object... pairs) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      row.put((String) pairs[i], pairs[i + 1]);
    }
    return row;
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static String hex(Seed seed) {
    return hex(seed.bytes());
  }

  static String hex(Bytes bytes) {
    return hex(bytes.toArray());
  }

  static String hex(Blocks blocks) {
    return hex(blocks.model()) + hex(blocks.metrics());
  }

  static String hex(Words words) {
    byte[] bytes = new byte[words.sizeBytes()];
    words.buffer().get(bytes);
    return hex(bytes);
  }
}
