package org.koinon.peer.dataset;

/**
 * How much of a table is accepted; checked while reading, before memory is taken.
 *
 * @param maxBytes size of the file
 * @param maxRows data rows
 * @param maxColumns cells in a line
 * @param maxLineBytes one line without its end
 */
public record TableLimits(long maxBytes, int maxRows, int maxColumns, int maxLineBytes) {
  /** 256 MiB, one million rows, 1,024 columns, 64 KiB in a line. */
  public static final TableLimits DEFAULT = new TableLimits(256L << 20, 1_000_000, 1024, 64 << 10);

  /** Refuses limits that accept nothing. */
  public TableLimits {
    if (maxBytes < 1 || maxRows < 1 || maxColumns < 1 || maxLineBytes < 1) {
      throw new IllegalArgumentException("Every table limit is at least 1");
    }
  }
}
