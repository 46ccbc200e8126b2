package org.koinon.peer.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.koinon.federation.attestation.SigningKey;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.SignedCheckpoint;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;

/**
 * Signed checkpoints outside the ledger: this member's at each close of a round, and the others' as
 * gossip brings them. With one of them a ledger that was cut or rewritten is found.
 *
 * <p>Safe for use by several threads.
 */
public final class CheckpointBook {
  /** What a checkpoint of another member shows. */
  public enum Heard {
    /** It agrees with this node's log, or is ahead of it; kept. */
    KEPT,
    /** It is not that member's, or older than the one that is kept. */
    PASSED_OVER,
    /** It is that member's, and of another log than this node's. */
    FORK
  }

  private final Path folder;
  private final NodeLedger ledger;

  /** In that folder. */
  public CheckpointBook(Path folder, NodeLedger ledger) {
    this.folder = folder;
    this.ledger = ledger;
  }

  /** Signs what this node has verified, and keeps it. */
  public SignedCheckpoint sign(MemberId me, SigningKey key) {
    Checkpoint now = ledger.read(log -> Checkpoint.of(log.at(0).consortium(), log.seen()));
    SignedCheckpoint signed = SignedCheckpoint.sign(now, me, key);
    write(file(me), signed.encode());
    return signed;
  }

  /** Takes a member's checkpoint from outside. */
  public synchronized Heard hear(MemberId from, byte[] bytes) {
    SignedCheckpoint signed;
    try {
      signed = SignedCheckpoint.decode(bytes);
    } catch (FormatException e) {
      return Heard.PASSED_OVER;
    }
    if (!ledger.read(log -> isOf(log, signed, from)) || !isNewer(from, signed)) {
      return Heard.PASSED_OVER;
    }
    Checkpoint said = signed.checkpoint();
    boolean agrees =
        ledger.read(
            log -> said.size() > log.size() || log.tree().root(said.size()).equals(said.root()));
    if (!agrees) {
      return Heard.FORK;
    }
    write(file(from), bytes);
    return Heard.KEPT;
  }

  private static boolean isOf(VerifiedLog log, SignedCheckpoint signed, MemberId from) {
    Membership membership = new Membership(log);
    return membership.consortium().filter(signed.checkpoint().origin()::equals).isPresent()
        && membership.member(from).stream()
            .flatMap(member -> membership.keys(member).stream())
            .anyMatch(key -> signed.isSignedBy(from, key));
  }

  private boolean isNewer(MemberId from, SignedCheckpoint signed) {
    return read(from)
        .map(kept -> kept.checkpoint().size() < signed.checkpoint().size())
        .orElse(true);
  }

  private Optional<SignedCheckpoint> read(MemberId member) {
    try {
      return Files.exists(file(member))
          ? Optional.of(SignedCheckpoint.decode(Files.readAllBytes(file(member))))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file(member), e);
    }
  }

  /** Where a member's checkpoint is kept. */
  public Path file(MemberId member) {
    return folder.resolve(member + ".checkpoint");
  }

  private void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, file.getFileName() + "-", ".part");
      Files.write(part, bytes);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
