package org.koinon.audit.source;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a log is read from.
 *
 * @param file a ledger file, an export bundle, or a file or folder of a Fabric channel's blocks
 * @param channel what the auditor vouches for, where the file holds blocks
 * @param name what reports call it
 */
public record LedgerInput(Path file, @Nullable ChannelRoot channel, String name) {
  /** Called by its path. */
  public LedgerInput(Path file, @Nullable ChannelRoot channel) {
    this(file, channel, file.toString());
  }

  /** A ledger file or a bundle, which need nobody's word. */
  public static LedgerInput of(Path file) {
    return new LedgerInput(file, null);
  }
}
