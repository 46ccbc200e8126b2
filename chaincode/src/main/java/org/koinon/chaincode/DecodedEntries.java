package org.koinon.chaincode;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.koinon.federation.ledger.SignedEntry;

/**
 * Entries by their bytes, as they were decoded last: the first entry and a round's roster are read
 * for every entry that follows. The state is read each time; only what its bytes mean is kept.
 *
 * <p>Safe for use by several threads.
 */
final class DecodedEntries {
  /** An entry has at most {@link SignedEntry#BYTES_MAX} bytes. */
  private static final int ENTRIES_MAX = 256;

  private final Map<ByteBuffer, SignedEntry> decoded =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, SignedEntry> eldest) {
          return size() > ENTRIES_MAX;
        }
      };

  /** The entry that these bytes are. */
  synchronized SignedEntry of(byte[] bytes) {
    return decoded.computeIfAbsent(ByteBuffer.wrap(bytes), absent -> SignedEntry.decode(bytes));
  }
}
