package org.koinon.aggregation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.VectorSpec;

/** A header of canonical JSON and, behind it, the bytes of two blocks. */
final class Envelope<H extends Record> {
  /** Longest header. */
  static final int HEADER_MAX = 4096;

  private final H header;
  private final byte[] bytes;
  private final int bodyAt;

  private Envelope(H header, byte[] bytes, int bodyAt) {
    this.header = header;
    this.bytes = bytes;
    this.bodyAt = bodyAt;
  }

  static byte[] encode(Record header, Blocks blocks) {
    byte[] json = Canonical.encode(RecordCodec.toJson(header));
    int bodyAt = Integer.BYTES + json.length;
    byte[] bytes = new byte[Math.toIntExact(bodyAt + blocks.sizeBytes())];
    ByteBuffer.wrap(bytes).putInt(json.length).put(json);
    blocks.model().copyTo(bytes, bodyAt);
    blocks.metrics().copyTo(bytes, bodyAt + blocks.model().sizeBytes());
    return bytes;
  }

  static <H extends Record> Envelope<H> decode(Class<H> type, String format, byte[] bytes) {
    int length = bytes.length < Integer.BYTES ? -1 : ByteBuffer.wrap(bytes).getInt();
    if (length < 0 || length > HEADER_MAX || length > bytes.length - Integer.BYTES) {
      throw new FormatException("header", "is missing or longer than " + HEADER_MAX + " bytes");
    }
    int bodyAt = Integer.BYTES + length;
    Json json = Canonical.decode(Arrays.copyOfRange(bytes, Integer.BYTES, bodyAt));
    if (!(json instanceof Json.Obj(var members))
        || !(members.get("format") instanceof Json.Str(String named))) {
      throw new FormatException("format", "is missing");
    }
    if (!named.equals(format)) {
      throw new FormatException("format", "is not " + format + ", the one this program reads");
    }
    return new Envelope<>(RecordCodec.fromJson(type, json, ""), bytes, bodyAt);
  }

  H header() {
    return header;
  }

  /** The body, which must have exactly the size of the shard. */
  Blocks blocks(ShardLayout layout, int shard) {
    if (shard < 0 || shard >= layout.shards()) {
      throw new FormatException("shard", shard + " of a round with " + layout.shards());
    }
    if (bytes.length - bodyAt != layout.sizeBytes(shard)) {
      throw new FormatException(
          "body",
          "has " + (bytes.length - bodyAt) + " bytes, the shard has " + layout.sizeBytes(shard));
    }
    Words model = Words.wrap(layout.vector().wordBits(), bytes, bodyAt, layout.modelWords(shard));
    int metricsAt = bodyAt + model.sizeBytes();
    return new Blocks(
        model,
        Words.wrap(VectorSpec.METRIC_WORD_BITS, bytes, metricsAt, layout.metricWords(shard)));
  }
}
