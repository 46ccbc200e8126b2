package org.koinon.federation.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.ledger.TestEntries;

/** Canonical JSON, tagged digests and Merkle trees. */
final class EncodingVectors {
  private static final HexFormat HEX = HexFormat.of();
  private static final int LEAVES = 33;
  private static final int DEPTH_MAX = 16;

  private EncodingVectors() {}

  static Json canonical() {
    SequencedMap<String, Json> accepted = new LinkedHashMap<>();
    accepted.put("empty object", Vectors.object());
    accepted.put("empty array", new Json.Arr(List.of()));
    accepted.put("empty string", new Json.Str(""));
    accepted.put("false", new Json.Bool(false));
    accepted.put("largest integer", new Json.Int(Json.Int.MAX));
    accepted.put("smallest integer", new Json.Int(-Json.Int.MAX));
    accepted.put("zero", new Json.Int(0));
    accepted.put("controls", new Json.Str(text(IntStream.range(0, 0x20))));
    accepted.put("ascii", new Json.Str(text(IntStream.range(0x20, 0x80))));
    accepted.put("planes", new Json.Str("\u00e9\u20ac\u2028\ufb33\uffff\ud83d\ude00\udbff\udfff"));
    accepted.put("members in order of utf-16 units", names());
    accepted.put(
        "nested",
        Vectors.object("b", List.of(1, true, List.of(), Vectors.object("z", -5)), "a", "x", "", 0));
    Json deep = new Json.Int(1);
    for (int i = 0; i < DEPTH_MAX; i++) {
      deep = new Json.Arr(List.of(deep));
    }
    accepted.put("as deep as may be", deep);
    return Vectors.object(
        "accepted",
        Vectors.array(accepted.sequencedEntrySet(), e -> accepted(e.getKey(), e.getValue())),
        "refused",
        Vectors.array(refused(), bytes -> refused(bytes)));
  }

  private static String text(IntStream codePoints) {
    return codePoints
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Json names() {
    TreeMap<String, Json> members = new TreeMap<>();
    for (String name :
        List.of("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6", "a", "A", "")) {
      members.put(name, new Json.Str(name));
    }
    return new Json.Obj(members);
  }

  private static Json accepted(String name, Json value) {
    byte[] bytes = Canonical.encode(value);
    return Vectors.object(
        "name",
        name,
        "value",
        value,
        "canonical",
        new String(bytes, UTF_8),
        "hex",
        HEX.formatHex(bytes),
        "sha256",
        Digest.sha256(bytes));
  }

  private static List<byte[]> refused() {
    List<byte[]> refused = new ArrayList<>();
    for (String text :
        List.of(
            "",
            "null",
            "1.0",
            "1e3",
            "-0",
            "01",
            " 1",
            "1 2",
            "[1, 2]",
            "{\"b\":1,\"a\":1}",
            "{\"a\":1,\"a\":1}",
            "\"\\u0041\"",
            "\"\\/\"",
            "\"\\u000A\"",
            "\"\\ud800\"",
            "9007199254740992",
            "-9007199254740992",
            "\ufeff1",
            "[".repeat(DEPTH_MAX + 1) + "1" + "]".repeat(DEPTH_MAX + 1))) {
      refused.add(text.getBytes(UTF_8));
    }
    refused.add(new byte[] {'"', (byte) 0xc1, (byte) 0x81, '"'});
    refused.add(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'});
    refused.add(new byte[] {'"', (byte) 0xff, '"'});
    return refused;
  }

  private static Json refused(byte[] bytes) {
    try {
      Canonical.decode(bytes);
    } catch (FormatException e) {
      return Vectors.object("hex", HEX.formatHex(bytes));
    }
    throw new IllegalStateException("is accepted: " + new String(bytes, UTF_8));
  }

  static Json digest() {
    byte[] none = {};
    byte[] abc = "abc".getBytes(UTF_8);
    byte[] ab = "ab".getBytes(UTF_8);
    byte[] c = "c".getBytes(UTF_8);
    byte[] large = new byte[70_000];
    return Vectors.object(
        "tagged",
        List.of(
            tagged(""),
            tagged("koinon/test/v1"),
            tagged("koinon/test/v1", none),
            tagged("koinon/test/v1", none, none),
            tagged("koinon/test/v1", abc),
            tagged("koinon/test/v1", ab, c),
            tagged("koinon/test/v1", c, ab),
            tagged("koinon/test/v1abc"),
            tagged("l\u00e4ngs/\u20ac", abc),
            tagged("koinon/test/v1", large)),
        "body",
        Vectors.array(
            TestEntries.samples().sequencedEntrySet(),
            sample ->
                Vectors.object(
                    "name", sample.getKey(),
                    "type", sample.getValue().entry().type(),
                    "body", EntryVectors.body(sample.getValue().entry()),
                    "digest", sample.getValue().entry().bodyDigest())));
  }

  private static Json tagged(String tag, byte[]... parts) {
    return Vectors.object(
        "tag", tag,
        "parts", Vectors.array(List.of(parts), EncodingVectors::part),
        "digest", Digest.tagged(tag, parts));
  }

  /** Hexadecimal; long runs of zeros by their length. */
  private static Json part(byte[] bytes) {
    return bytes.length > 1000
        ? Vectors.object("zeros", bytes.length)
        : Vectors.object("hex", HEX.formatHex(bytes));
  }

  /** Leaf i holds i bytes of value i. */
  static Json merkle() {
    MerkleTree tree = new MerkleTree();
    List<Json> leaves = new ArrayList<>();
    List<Digest> roots = new ArrayList<>(List.of(tree.root()));
    for (int i = 0; i < LEAVES; i++) {
      byte[] data = new byte[i];
      java.util.Arrays.fill(data, (byte) i);
      Digest hash = MerkleTree.leafHash(data);
      tree.append(hash);
      roots.add(tree.root());
      leaves.add(Vectors.object("hex", HEX.formatHex(data), "hash", hash));
    }
    List<Json> inclusion = new ArrayList<>();
    List<Json> consistency = new ArrayList<>();
    for (int n : new int[] {1, 2, 3, 5, 7, 8, 13, 32, 33}) {
      for (int m : new java.util.TreeSet<>(List.of(0, 1, n / 3, n / 2, n - 1, n))) {
        if (m < n) {
          inclusion.add(Vectors.object("index", m, "size", n, "path", tree.inclusionProof(m, n)));
        }
        if (m <= n) {
          consistency.add(Vectors.object("from", m, "to", n, "path", tree.consistencyProof(m, n)));
        }
      }
    }
    return Vectors.object(
        "leaves", leaves, "roots", roots, "inclusion", inclusion, "consistency", consistency);
  }
}
