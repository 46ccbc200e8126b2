package org.koinon.audit.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.koinon.audit.source.BadInputException;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.attestation.Signature;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedEntry;

/**
 * Somebody's signed word on how long a log was and what was in it: a checkpoint (C2SP
 * tlog-checkpoint in a signed note with an Ed25519 signature), or an entry that was kept apart from
 * the log, by its {@code seen}.
 *
 * @param file where it stands
 * @param signer whose key signed it
 * @param seen size and root
 */
record Witness(String file, String signer, Seen seen) {
  private static final int BYTES_MAX = SignedEntry.BYTES_MAX;
  private static final int SIGNATURES_MAX = 256;
  private static final byte ED25519 = 1;
  private static final int KEY_HASH_BYTES = 4;
  private static final Pattern NOTE =
      Pattern.compile(
          "(?<text>(?<origin>[^\\n]+)\\n(?<size>0|[1-9][0-9]{0,17})\\n(?<root>[^\\n]+)\\n"
              + "(?:[^\\n]+\\n)*)\\n(?<signatures>(?:\u2014 [^ \\n]+ [^ \\n]+\\n)+)");

  /** Who may sign: a member and one of its keys. */
  record Signer(String member, PublicKey key) {}

  /**
   * Reads the file and checks its signature.
   *
   * @throws FormatException if it is not signed by one of these keys for that origin
   */
  static Witness read(Path file, String consortium, List<Signer> signers) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    } catch (IOException e) {
      throw new BadInputException("checkpoint " + file + " cannot be read: " + e.getMessage(), e);
    }
    String name = String.valueOf(file.getFileName());
    return bytes.length > 0 && bytes[0] == '{'
        ? entry(name, bytes, consortium, signers)
        : note(name, new String(bytes, StandardCharsets.UTF_8), consortium, signers);
  }

  private static Witness entry(String file, byte[] bytes, String consortium, List<Signer> signers) {
    SignedEntry entry = SignedEntry.decode(bytes);
    if (!entry.consortium().value().equals(consortium)) {
      throw new FormatException("consortium", "is " + entry.consortium() + ", not " + consortium);
    }
    return signers.stream()
        .filter(signer -> signer.member().equals(entry.author().value()))
        .filter(signer -> entry.isSignedBy(signer.key()))
        .findFirst()
        .map(signer -> new Witness(file, signer.member(), entry.seen()))
        .orElseThrow(() -> new FormatException("signature", "is of no key of a member"));
  }

  private static Witness note(String file, String note, String consortium, List<Signer> signers) {
    Matcher matcher = NOTE.matcher(note);
    if (!matcher.matches()) {
      throw new FormatException("checkpoint", "is no signed note of origin, size and root");
    }
    String origin = matcher.group("origin");
    if (!origin.equals(consortium)) {
      throw new FormatException("origin", "is '" + origin + "', not '" + consortium + "'");
    }
    Digest root = Digest.of(base64("root", matcher.group("root"), Digest.BYTES));
    Seen seen = new Seen(Long.parseLong(matcher.group("size")), root);
    byte[] text = matcher.group("text").getBytes(StandardCharsets.UTF_8);
    List<String> lines = matcher.group("signatures").lines().limit(SIGNATURES_MAX).toList();
    List<String> names = new ArrayList<>();
    for (String line : lines) {
      signer(line, text, signers).ifPresent(signer -> names.add(signer.member()));
    }
    if (names.isEmpty()) {
      throw new FormatException("signature", "is of no key of a member");
    }
    return new Witness(file, String.join(" and ", names), seen);
  }

  private static Optional<Signer> signer(String line, byte[] text, List<Signer> signers) {
    String[] parts = line.split(" ", -1);
    byte[] blob = base64("signature", parts[2], KEY_HASH_BYTES + 64);
    byte[] hash = Arrays.copyOf(blob, KEY_HASH_BYTES);
    Signature signature =
        new Signature(HexFormat.of().formatHex(blob, KEY_HASH_BYTES, blob.length));
    return signers.stream()
        .filter(signer -> Arrays.equals(hash, keyHash(parts[1], signer.key())))
        .filter(signer -> signer.key().verifies(text, signature))
        .findFirst();
  }

  /** The first four bytes of SHA-256(name, newline, algorithm, key), as signed notes have it. */
  static byte[] keyHash(String name, PublicKey key) {
    var sha = Digest.sha256();
    sha.update(name.getBytes(StandardCharsets.UTF_8));
    sha.update((byte) '\n');
    sha.update(ED25519);
    return Arrays.copyOf(sha.digest(key.bytes()), KEY_HASH_BYTES);
  }

  private static byte[] base64(String field, String text, int length) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length == length && Base64.getEncoder().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new FormatException(field, "is no base64: " + e.getMessage());
    }
    throw new FormatException(field, "does not have " + length + " bytes in canonical base64");
  }
}
