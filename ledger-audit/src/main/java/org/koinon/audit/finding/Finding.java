package org.koinon.audit.finding;

import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.round.RoundId;

/** One thing that is wrong, where it is wrong, in words that need no other source. */
public sealed interface Finding {
  /** What it is about. */
  Rule rule();

  /** One sentence for people: which, where, what. */
  String sentence();

  /**
   * About an entry of the log.
   *
   * @param position in the file as it is, from 0
   * @param key of the entry, where the bytes have one
   * @param field the member of the entry that shows it, where it is known
   * @param refusal the rule of the ledger, where one refuses
   */
  record OfEntry(
      long position,
      @Nullable EntryKey key,
      @Nullable String field,
      Rule rule,
      @Nullable Refusal refusal,
      String sentence)
      implements Finding {}

  /**
   * About a file or a member of a bundle.
   *
   * @param file its name
   */
  record OfFile(String file, Rule rule, String sentence) implements Finding {}

  /**
   * About a block of a channel.
   *
   * @param file where the blocks were read from
   * @param block its number
   * @param transaction its place in the block, where it is about one
   */
  record OfBlock(String file, long block, @Nullable Integer transaction, Rule rule, String sentence)
      implements Finding {}

  /** About a round. */
  record OfRound(RoundId round, Rule rule, String sentence) implements Finding {}
}
