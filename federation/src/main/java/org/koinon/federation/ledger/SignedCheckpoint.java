package org.koinon.federation.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.study.MemberId;

/**
 * A checkpoint with members' signatures: whoever holds one can show that the log was rewritten or
 * cut.
 *
 * <p>The form is a C2SP signed note whose signatures are of type Ed25519: the checkpoint's text, an
 * empty line, then per signature {@code — NAME BASE64}, NAME the member's id and BASE64 the four
 * bytes of the key's hash and the 64 of the signature.
 *
 * @param checkpoint what is signed
 * @param cosignatures in the order of the file
 */
public record SignedCheckpoint(Checkpoint checkpoint, List<Cosignature> cosignatures) {
  /** Longest file that is read. */
  public static final int BYTES_MAX = 64 << 10;

  private static final int HASH_BYTES = 4;
  private static final int SIGNATURE_BYTES = 64;
  private static final byte ED25519 = 1;
  private static final String DASH = "\u2014 ";

  /**
   * One member's signature.
   *
   * @param member who
   * @param keyHash the first four bytes of SHA-256(name, newline, 0x01, public key), big-endian
   * @param signature over the checkpoint's text
   */
  public record Cosignature(MemberId member, int keyHash, Signature signature) {}

  /** Checks that no key signs twice and that there are at most as many as members. */
  public SignedCheckpoint {
    cosignatures = List.copyOf(cosignatures);
    HashSet<Object> keys = new HashSet<>();
    if (!cosignatures.stream().allMatch(c -> keys.add(List.of(c.member(), c.keyHash())))) {
      throw new FormatException("checkpoint", "two signatures are by the same key");
    }
    if (cosignatures.isEmpty() || cosignatures.size() > ConsortiumEntry.MEMBERS_MAX) {
      throw new FormatException(
          "checkpoint", "expected 1 to " + ConsortiumEntry.MEMBERS_MAX + " signatures");
    }
  }

  /** Signs a checkpoint as a member. */
  public static SignedCheckpoint sign(Checkpoint checkpoint, MemberId member, SigningKey key) {
    Signature signature = key.sign(message(checkpoint));
    return new SignedCheckpoint(
        checkpoint, List.of(new Cosignature(member, keyHash(member, key.publicKey()), signature)));
  }

  /** With the signatures of another on the same checkpoint, each key once. */
  public SignedCheckpoint with(SignedCheckpoint other) {
    if (!other.checkpoint.equals(checkpoint)) {
      throw new IllegalArgumentException("signatures on another checkpoint");
    }
    List<Cosignature> both = new ArrayList<>(cosignatures);
    other.cosignatures.stream()
        .filter(
            c ->
                cosignatures.stream()
                    .noneMatch(o -> o.member().equals(c.member()) && o.keyHash() == c.keyHash()))
        .forEach(both::add);
    return new SignedCheckpoint(checkpoint, both);
  }

  /** Whether one of the signatures is that member's with that key. */
  public boolean isSignedBy(MemberId member, PublicKey key) {
    int hash = keyHash(member, key);
    byte[] message = message(checkpoint);
    return cosignatures.stream()
        .filter(c -> c.member().equals(member) && c.keyHash() == hash)
        .anyMatch(c -> key.verifies(message, c.signature()));
  }

  private static byte[] message(Checkpoint checkpoint) {
    return checkpoint.text().getBytes(StandardCharsets.UTF_8);
  }

  /** What names a key in a signed note. */
  static int keyHash(MemberId member, PublicKey key) {
    MessageDigest sha = Digest.sha256();
    sha.update((member + "\n").getBytes(StandardCharsets.UTF_8));
    sha.update(ED25519);
    return ByteBuffer.wrap(sha.digest(key.bytes())).getInt();
  }

  /** The file's bytes. */
  public byte[] encode() {
    StringBuilder text = new StringBuilder(checkpoint.text()).append('\n');
    for (Cosignature c : cosignatures) {
      byte[] bytes =
          ByteBuffer.allocate(HASH_BYTES + SIGNATURE_BYTES)
              .putInt(c.keyHash())
              .put(c.signature().bytes())
              .array();
      text.append(DASH).append(c.member()).append(' ');
      text.append(Base64.getEncoder().encodeToString(bytes)).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The signed checkpoint in a file; the signatures are not checked here. */
  public static SignedCheckpoint decode(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new FormatException("checkpoint", bytes.length + " bytes exceed " + BYTES_MAX);
    }
    String text = utf8(bytes);
    int end = text.indexOf("\n\n");
    if (end < 0 || !text.endsWith("\n")) {
      throw new FormatException(
          "checkpoint", "expected an empty line and signatures after it, ended by a newline");
    }
    Checkpoint checkpoint = Checkpoint.parse(text.substring(0, end + 1));
    List<Cosignature> cosignatures = new ArrayList<>();
    String signatures = text.substring(end + 2);
    for (String line : signatures.isEmpty() ? List.<String>of() : signatures.lines().toList()) {
      cosignatures.add(cosignature("signature " + (cosignatures.size() + 1), line));
    }
    SignedCheckpoint signed = new SignedCheckpoint(checkpoint, cosignatures);
    if (!Arrays.equals(signed.encode(), bytes)) {
      throw new FormatException("checkpoint", "lines must end with a single newline character");
    }
    return signed;
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new FormatException("checkpoint", "not UTF-8");
    }
  }

  private static Cosignature cosignature(String where, String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !DASH.equals(parts[0] + " ")) {
      throw new FormatException(where, "expected a dash (U+2014), a name and base64");
    }
    MemberId member;
    try {
      member = new MemberId(parts[1]);
    } catch (FormatException e) {
      throw new FormatException(where, String.valueOf(e.getMessage()));
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(Checkpoint.base64(where, parts[2], HASH_BYTES + SIGNATURE_BYTES));
    int keyHash = bytes.getInt();
    byte[] signature = new byte[SIGNATURE_BYTES];
    bytes.get(signature);
    return new Cosignature(member, keyHash, new Signature(HexFormat.of().formatHex(signature)));
  }
}
