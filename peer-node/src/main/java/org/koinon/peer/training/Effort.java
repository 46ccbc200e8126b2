package org.koinon.peer.training;

/** How much a hospital trains in one round. */
public sealed interface Effort {
  /** Most updates of one call. */
  long MAX_UPDATES = 100_000_000;

  /** So many updates, wherever in an epoch that ends. */
  record Updates(long count) implements Effort {
    /** Refuses none and too many. */
    public Updates {
      requireInRange(count);
    }
  }

  /** So many passes over the rows. */
  record Epochs(long count) implements Effort {
    /** Refuses none and too many. */
    public Epochs {
      requireInRange(count);
    }
  }

  /** The updates this means where an epoch has so many batches. */
  default long updates(long batchesPerEpoch) {
    return switch (this) {
      case Updates u -> u.count();
      case Epochs e -> {
        long updates = Math.multiplyExact(e.count(), batchesPerEpoch);
        requireInRange(updates);
        yield updates;
      }
    };
  }

  private static void requireInRange(long count) {
    if (count < 1 || count > MAX_UPDATES) {
      throw new IllegalArgumentException("1 to " + MAX_UPDATES + " updates are possible: " + count);
    }
  }
}
