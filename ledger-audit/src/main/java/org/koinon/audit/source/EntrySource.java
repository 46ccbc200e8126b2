package org.koinon.audit.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.source.fabric.ChannelSummary;

/**
 * The bytes of a log as somebody handed them over, and what stands beside them; nothing of it is
 * believed yet.
 */
public sealed interface EntrySource extends AutoCloseable
    permits LedgerFile, ExportBundle, ChannelFile {
  /** Most entries of a log that are read. */
  int ENTRIES_MAX = 2_000_000;

  /** Most bytes of entries that are read. */
  long BYTES_MAX = 2L << 30;

  /**
   * Opens an embedded ledger's file, an export bundle, or a file or folder of a channel's blocks,
   * by what it holds, not by its name. The file itself is never written to.
   *
   * @throws BadInputException if it is none of these
   */
  static EntrySource open(LedgerInput input) {
    Path file = input.file();
    try {
      if (Files.isDirectory(file)) {
        return ChannelFile.read(input);
      }
      if (!Files.isRegularFile(file)) {
        throw new BadInputException(
            file
                + " is no file; name a ledger file (ledger.db), an export bundle (.zip) or a file"
                + " of a channel's blocks",
            null);
      }
      byte[] start;
      try (var in = Files.newInputStream(file)) {
        start = in.readNBytes(LedgerFile.MAGIC.length);
      }
      if (ExportBundle.isZip(start)) {
        return ExportBundle.read(file);
      }
      return BlockFile.isBlocks(start) ? ChannelFile.read(input) : LedgerFile.read(file, start);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Name of the file. */
  String name();

  /** The entries from position 0 on, as far as no position is missing. */
  List<byte[]> entries();

  /** How many entries the file holds, those behind a missing position too. */
  long rows();

  /** What is wrong with the file itself. */
  List<Finding> findings();

  /** Checkpoints that came with it. */
  List<Path> checkpoints();

  /** Archives that came with it. */
  List<Archive> archives();

  /** The channel, where entries were read from its blocks. */
  default Optional<ChannelSummary> channel() {
    return Optional.empty();
  }

  /** Deletes private copies. */
  @Override
  void close();
}
