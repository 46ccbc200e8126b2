package org.koinon.federation.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.MerkleTree;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.TestConsortium;
import org.koinon.federation.ledger.TestConsortium.Said;
import org.koinon.federation.ledger.TestEntries;

/** Every kind of entry, signed by keys of fixed seeds. */
final class EntryVectors {
  private static final Seen SEEN = new Seen(21, TestConsortium.digest("a log's root"));

  private EntryVectors() {}

  /**
   * A member's seed is the digest of the tag {@code koinon/test/key} and its name, as {@code
   * seedTag} says.
   */
  static Json all() {
    return Vectors.object(
        "seedTag",
        "koinon/test/key",
        "entries",
        Vectors.array(TestEntries.samples().sequencedEntrySet(), EntryVectors::entry));
  }

  private static Json entry(Map.Entry<String, Said> sample) {
    Said said = sample.getValue();
    SignedEntry signed = TestEntries.consortium().sign(SEEN, said.author(), said.entry());
    SigningKey key = TestConsortium.key(said.author().value());
    byte[] bytes = signed.encode();
    return Vectors.object(
        "name", sample.getKey(),
        "publicKey", key.publicKey(),
        "entryKey", signed.entryKey().value(),
        "canonical", new String(bytes, UTF_8),
        "bytes", bytes.length,
        "bodyDigest", said.entry().bodyDigest(),
        "digest", signed.digest(),
        "leafHash", MerkleTree.leafHash(bytes));
  }

  /** The canonical text of what an entry says. */
  static String body(Entry entry) {
    return new String(Canonical.encode(RecordCodec.toJson((Record) entry)), UTF_8);
  }
}
