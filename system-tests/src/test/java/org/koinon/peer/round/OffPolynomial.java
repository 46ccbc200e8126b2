package org.koinon.peer.round;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.MemberMessage.PackMessage;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;

/**
 * A dealer that commits to shares off the polynomial: its packs open, its root holds them, and no t
 * of them rebuild its self mask. Made from what its node has in the journal, of which it takes a
 * copy, since the node has it open.
 */
public final class OffPolynomial {
  /** Version, number of the dealer, b and kappa stand before the shares. */
  private static final int SHARES_AT = 1 + 2 + 32 + 32;

  private final Path journal;
  private final byte[] key;

  /** Of the node with that journal. */
  public OffPolynomial(Path journal, byte[] key) {
    this.journal = journal;
    this.key = key.clone();
  }

  /** The dealing as it is told to others, once one was drawn. */
  public Optional<Dealing> dealing(RoundId round, Attempt attempt) {
    return page(round, attempt)
        .map(page -> Objects.requireNonNull(page.dealing()))
        .map(own -> altered(own.holders(), own.dealing()));
  }

  /** The pack for a holder. */
  public PackMessage pack(RoundId round, Attempt attempt, PackMessage honest, MemberId me) {
    Dealing off = dealing(round, attempt).orElseThrow();
    var keys = Objects.requireNonNull(page(round, attempt).orElseThrow().pairs().get(honest.to()));
    return new PackMessage(honest.phase(), honest.to(), off.pack(honest.to(), keys.outgoing(me)));
  }

  /** Every share of b is another, in another way each: no polynomial of low degree does that. */
  private static Dealing altered(Holders holders, Dealing honest) {
    byte[] bytes = honest.encode();
    for (int place = 0; place < holders.size(); place++) {
      bytes[SHARES_AT + 2 * place * Digest.BYTES] ^= (byte) (1 << place % Byte.SIZE);
    }
    return Dealing.decode(holders, bytes);
  }

  private Optional<KeyPage.Keying> page(RoundId round, Attempt attempt) {
    try {
      Path copy = Files.createTempDirectory(journal.toAbsolutePath().getParent(), "copy");
      try (Stream<Path> files = Files.walk(journal)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path target = copy.resolve(journal.relativize(file).toString());
          Files.createDirectories(Objects.requireNonNull(target.getParent()));
          Files.copy(file, target);
        }
      }
      try (RoundJournal read = RoundJournal.open(copy, key)) {
        return read.keyPage(round, attempt)
            .filter(KeyPage.Keying.class::isInstance)
            .map(KeyPage.Keying.class::cast)
            .filter(page -> page.dealing() != null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be copied", e);
    }
  }
}
