package org.koinon.federation.round;

/**
 * What a member is accused of, each with evidence that any reader can check. Numbers in evidence
 * are big-endian; the ledger's rules check the first three kinds, readers the others.
 */
public enum AccusationKind {
  /**
   * Two messages of one type and one subject in one attempt that differ. Evidence: u32 length and
   * encoded signed message, twice; both signed by the accused's key in the roster.
   */
  EQUIVOCATION,
  /**
   * A shard's sum that is not the one that more than f members say, two at least. Evidence: the
   * shard's number in decimal digits; what all said is on the ledger.
   */
  WRONG_SUM,
  /**
   * A pack whose root, hash of b or table is not the one that its dealer says in {@code Keyed}.
   * Evidence: the encoded signed message with the pack; its shares stay sealed.
   */
  WRONG_PACK,
  /**
   * A piece that does not lead to its contributor's root. Evidence: the header of the piece as the
   * contributor signed it, an encoded signed message.
   */
  WRONG_PIECE,
  /**
   * Shares that lead to their dealer's root and do not rebuild what it committed to. Evidence: t
   * shares of one kind, all released in this attempt, each as u32 length and body of a released
   * share with its path.
   */
  WRONG_DEALING,
  /**
   * A released share that misses its leaf. Evidence: the encoded signed message that released it.
   */
  WRONG_SHARE,
  /**
   * Check sums that are not those of the contributor's pieces. Evidence: the accused's message with
   * the sums of all shards, the one with their total, or both, each as u32 length and encoded
   * signed message. Two whose totals differ prove it; else the pieces do.
   */
  WRONG_CHECK
}
