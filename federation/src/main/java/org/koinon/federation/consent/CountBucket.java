package org.koinon.federation.consent;

/** A count of people so coarse that one person more or less hardly shows. */
public enum CountBucket {
  /** Below 10. */
  SMALL(0),
  /** 10 to 99. */
  TENS(10),
  /** 100 to 999. */
  HUNDREDS(100),
  /** 1,000 to 9,999. */
  THOUSANDS(1_000),
  /** 10,000 and more. */
  MANY(10_000);

  private final long from;

  CountBucket(long from) {
    this.from = from;
  }

  /** The bucket that holds the count. */
  public static CountBucket of(long count) {
    CountBucket bucket = SMALL;
    for (CountBucket next : values()) {
      if (count >= next.from) {
        bucket = next;
      }
    }
    return bucket;
  }
}
