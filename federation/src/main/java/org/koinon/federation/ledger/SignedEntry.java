package org.koinon.federation.ledger;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.Json;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;

/**
 * An entry with its author's signature: what a ledger stores, and a leaf of its Merkle tree.
 *
 * <p>Canonical JSON with the members {@code author, body, consortium, key, seen, signature, type,
 * v}. The signature is over LP("koinon/entry/v1") and the canonical JSON without it. Holds no
 * position, no previous hash and no time.
 *
 * <p>A value: immutable, equal when its parts are. It remembers its bytes and the key that was
 * found to have signed it. Safe for use by several threads.
 */
public final class SignedEntry {
  /** Longest encoding of one entry. */
  public static final int BYTES_MAX = 64 << 10;

  private static final long VERSION = 1;
  private static final byte[] DOMAIN = domain();

  private final ConsortiumId consortium;
  private final MemberId author;
  private final Digest key;
  private final Seen seen;
  private final Entry entry;
  private final Signature signature;
  private final EntryKey entryKey;
  private volatile byte @Nullable [] encoded;
  private volatile @Nullable Digest digest;
  private volatile @Nullable PublicKey signer;

  /**
   * Checks that the entry has a key: that its round has a valid number.
   *
   * @param consortium whose ledger it is for
   * @param author who says it
   * @param key id of the key that signed
   * @param seen the log that the author had verified
   * @param entry what is said
   * @param signature by that key
   */
  public SignedEntry(
      ConsortiumId consortium,
      MemberId author,
      Digest key,
      Seen seen,
      Entry entry,
      Signature signature) {
    this.consortium = consortium;
    this.author = author;
    this.key = key;
    this.seen = seen;
    this.entry = entry;
    this.signature = signature;
    this.entryKey = entry.key(author);
  }

  private static byte[] domain() {
    String name = "koinon/entry/v1";
    byte[] prefixed = new byte[4 + name.length()];
    prefixed[3] = (byte) name.length();
    System.arraycopy(name.getBytes(StandardCharsets.UTF_8), 0, prefixed, 4, name.length());
    return prefixed;
  }

  /** Signs the entry. */
  public static SignedEntry sign(
      ConsortiumId consortium, MemberId author, SigningKey key, Seen seen, Entry entry) {
    Digest keyId = key.publicKey().id();
    byte[] message = message(unsigned(consortium, author, keyId, seen, entry));
    return new SignedEntry(consortium, author, keyId, seen, entry, key.sign(message));
  }

  /** Whose ledger it is for. */
  public ConsortiumId consortium() {
    return consortium;
  }

  /** Who says it. */
  public MemberId author() {
    return author;
  }

  /** Id of the key that signed. */
  public Digest key() {
    return key;
  }

  /** The log that the author had verified. */
  public Seen seen() {
    return seen;
  }

  /** What is said. */
  public Entry entry() {
    return entry;
  }

  /** The signature by that key. */
  public Signature signature() {
    return signature;
  }

  /** The key under which a ledger holds it. */
  public EntryKey entryKey() {
    return entryKey;
  }

  /** Whether the signature is that key's and the envelope names that key. */
  public boolean isSignedBy(PublicKey publicKey) {
    if (publicKey.equals(signer)) {
      return true;
    }
    boolean holds =
        publicKey.id().equals(key)
            && publicKey.verifies(
                message(unsigned(consortium, author, key, seen, entry)), signature);
    if (holds) {
      signer = publicKey;
    }
    return holds;
  }

  /** The canonical bytes. */
  public byte[] encode() {
    return bytes().clone();
  }

  private byte[] bytes() {
    byte[] known = encoded;
    if (known == null) {
      SortedMap<String, Json> members =
          new TreeMap<>(unsigned(consortium, author, key, seen, entry).members());
      members.put("signature", new Json.Str(signature.hex()));
      known = Canonical.encode(new Json.Obj(members));
      encoded = known;
    }
    return known;
  }

  /** Digest of the canonical bytes. */
  public Digest digest() {
    Digest known = digest;
    if (known == null) {
      known = Digest.sha256(bytes());
      digest = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SignedEntry that
        && consortium.equals(that.consortium)
        && author.equals(that.author)
        && key.equals(that.key)
        && seen.equals(that.seen)
        && entry.equals(that.entry)
        && signature.equals(that.signature);
  }

  @Override
  public int hashCode() {
    return signature.hashCode();
  }

  @Override
  public String toString() {
    return "SignedEntry[" + entryKey + " by " + author + ": " + entry + "]";
  }

  /** The entry that these bytes encode; the signature is not checked here. */
  public static SignedEntry decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new FormatException("entry", bytes.length + " bytes exceed " + BYTES_MAX);
    }
    if (!(Canonical.decode(bytes) instanceof Json.Obj(SortedMap<String, Json> members))) {
      throw new FormatException("entry", "expected an object");
    }
    if (!(members.get("type") instanceof Json.Str(String type))) {
      throw new FormatException("type", "is missing");
    }
    if (!(members.get("v") instanceof Json.Int(long version)) || version < 1) {
      throw new FormatException("v", "is missing");
    }
    if (version > VERSION) {
      throw new FormatException("v", "version " + version + " is newer than this program reads");
    }
    Json body = members.get("body");
    if (body == null) {
      throw new FormatException("body", "is missing");
    }
    SortedMap<String, Json> rest = new TreeMap<>(members);
    rest.keySet().removeAll(java.util.Set.of("body", "type", "v"));
    Envelope envelope = RecordCodec.fromJson(Envelope.class, new Json.Obj(rest), "");
    Entry entry = (Entry) RecordCodec.fromJson(Entry.typeNamed(type), body, "body");
    return new SignedEntry(
        envelope.consortium,
        envelope.author,
        envelope.key,
        envelope.seen,
        entry,
        envelope.signature);
  }

  /** The members beside body, type and version. */
  public record Envelope(
      ConsortiumId consortium, MemberId author, Digest key, Seen seen, Signature signature) {}

  private static Json.Obj unsigned(
      ConsortiumId consortium, MemberId author, Digest key, Seen seen, Entry entry) {
    SortedMap<String, Json> members = new TreeMap<>();
    members.put("author", new Json.Str(author.value()));
    members.put("body", RecordCodec.toJson((Record) entry));
    members.put("consortium", new Json.Str(consortium.value()));
    members.put("key", new Json.Str(key.hex()));
    members.put("seen", RecordCodec.toJson(seen));
    members.put("type", new Json.Str(entry.type()));
    members.put("v", new Json.Int(VERSION));
    return new Json.Obj(members);
  }

  private static byte[] message(Json.Obj unsigned) {
    byte[] json = Canonical.encode(unsigned);
    byte[] message = new byte[DOMAIN.length + json.length];
    System.arraycopy(DOMAIN, 0, message, 0, DOMAIN.length);
    System.arraycopy(json, 0, message, DOMAIN.length, json.length);
    return message;
  }
}
