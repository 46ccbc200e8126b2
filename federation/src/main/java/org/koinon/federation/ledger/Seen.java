package org.koinon.federation.ledger;

import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;

/**
 * The log that an author had verified when it signed: each entry so vouches for all before it.
 *
 * @param size how many entries
 * @param root their Merkle root
 */
public record Seen(long size, Digest root) {
  /** Checks the size. */
  public Seen {
    if (size < 0) {
      throw new FormatException("", "size must not be negative");
    }
  }
}
