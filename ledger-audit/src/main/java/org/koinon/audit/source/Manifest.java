package org.koinon.audit.source;

import java.util.SortedMap;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.ConsortiumId;

/**
 * What a bundle says of itself: {@code manifest.json}, canonical JSON, its first member.
 *
 * @param format {@link #FORMAT}
 * @param consortium whose log
 * @param size how many entries
 * @param root their Merkle root
 * @param archives whether pieces and sums are in it
 * @param members SHA-256 of every other member, by name
 */
public record Manifest(
    String format,
    ConsortiumId consortium,
    long size,
    Digest root,
    boolean archives,
    SortedMap<String, Digest> members) {
  /** Name and version of the form. */
  public static final String FORMAT = "koinon/bundle/1";

  /** Its name in the bundle. */
  public static final String NAME = "manifest.json";

  static final int BYTES_MAX = Canonical.BYTES_MAX;

  /** Its bytes. */
  public byte[] encode() {
    return Canonical.encode(RecordCodec.toJson(this));
  }

  /**
   * Reads a manifest.
   *
   * @throws FormatException naming the member that is wrong
   */
  static Manifest decode(byte[] bytes) {
    Json json = Canonical.decode(bytes);
    if (!(json instanceof Json.Obj(var members))
        || !(members.get("format") instanceof Json.Str(String format))) {
      throw new FormatException("format", "is missing");
    }
    if (!format.equals(FORMAT)) {
      throw new FormatException("format", "'" + format + "' is not " + FORMAT + ", read here");
    }
    return RecordCodec.fromJson(Manifest.class, json, "");
  }
}
