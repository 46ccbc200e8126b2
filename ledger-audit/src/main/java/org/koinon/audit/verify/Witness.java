package org.koinon.audit.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.koinon.audit.source.BadInputException;
import org.koinon.federation.attestation.PublicKey;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.Seen;
import org.koinon.federation.ledger.SignedCheckpoint;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.MemberId;

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

  /** Who may sign: a member and one of its keys. */
  record Signer(MemberId member, PublicKey key) {}

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
        : note(name, bytes, consortium, signers);
  }

  private static Witness entry(String file, byte[] bytes, String consortium, List<Signer> signers) {
    SignedEntry entry = SignedEntry.decode(bytes);
    if (!entry.consortium().value().equals(consortium)) {
      throw new FormatException("consortium", "is " + entry.consortium() + ", not " + consortium);
    }
    return signers.stream()
        .filter(signer -> signer.member().equals(entry.author()))
        .filter(signer -> entry.isSignedBy(signer.key()))
        .findFirst()
        .map(signer -> new Witness(file, signer.member().value(), entry.seen()))
        .orElseThrow(() -> new FormatException("signature", "is of no key of a member"));
  }

  private static Witness note(String file, byte[] bytes, String consortium, List<Signer> signers) {
    SignedCheckpoint signed = SignedCheckpoint.decode(bytes);
    Checkpoint checkpoint = signed.checkpoint();
    if (!checkpoint.origin().value().equals(consortium)) {
      throw new FormatException("origin", "is " + checkpoint.origin() + ", not " + consortium);
    }
    List<String> names =
        signers.stream()
            .filter(signer -> signed.isSignedBy(signer.member(), signer.key()))
            .map(signer -> signer.member().value())
            .distinct()
            .toList();
    if (names.isEmpty()) {
      throw new FormatException("signature", "is of no key of a member");
    }
    return new Witness(file, String.join(" and ", names), checkpoint.seen());
  }
}
