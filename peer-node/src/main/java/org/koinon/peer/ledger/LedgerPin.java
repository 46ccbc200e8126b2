package org.koinon.peer.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.Checkpoint;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;

/**
 * The last checkpoint that a node verified, in a small file of its own (mode 0600): the text of a
 * {@link Checkpoint}, replaced as a whole.
 */
final class LedgerPin {
  private static final int BYTES_MAX = 200;

  private final Path file;

  LedgerPin(Path file) {
    this.file = file;
  }

  /** What was verified last, if anything ever was. */
  Optional<Checkpoint> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      return Optional.of(Checkpoint.parse(new String(bytes, StandardCharsets.UTF_8)));
    } catch (FormatException e) {
      throw new LedgerException(
          Advice.STOP,
          file
              + " does not hold the last verified checkpoint ("
              + e.getMessage()
              + "); restore it, or remove it if the ledger is known to be whole",
          e);
    } catch (IOException e) {
      throw new LedgerException(Advice.STOP, "cannot read " + file + ": " + e, e);
    }
  }

  /** Replaces it, durably: after a crash the file holds the old one or the new one. */
  void write(Checkpoint checkpoint) {
    Path folder = file.toAbsolutePath().getParent();
    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.deleteIfExists(fresh);
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer text = StandardCharsets.UTF_8.encode(checkpoint.text());
        while (text.hasRemaining()) {
          channel.write(text);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (folder != null) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    } catch (IOException e) {
      throw new LedgerException(
          Advice.STOP, "cannot write the last verified checkpoint to " + file + ": " + e, e);
    }
  }
}
