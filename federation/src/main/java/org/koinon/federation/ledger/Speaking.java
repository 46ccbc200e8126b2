package org.koinon.federation.ledger;

import java.util.Collection;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.MemberId;

/**
 * Whose entry of which phase is judged: as long as it has not spoken, not all have, so that its
 * phase is open until time is up, whatever others say in it.
 *
 * <p>What the others say is not read then. Fabric finds one of two transactions of a block invalid
 * where the second read what the first wrote: members who spoke at once would do so one after the
 * other, each trying again at every block.
 */
sealed interface Speaking {
  /** Nobody speaks: the round is read as far as it goes. */
  record Nobody() implements Speaking {}

  /** A member says its word of a phase; it has not said it before. */
  record Member(Phase phase, MemberId author) implements Speaking {}

  /** A member says that time was up in a phase: the round is read up to that phase. */
  record Clock(Phase phase) implements Speaking {}

  /** Who speaks by that entry. */
  static Speaking of(MemberId author, RoundEntry entry) {
    return switch (entry) {
      case Ready ready -> new Member(Phase.READY, author);
      case Keyed keyed -> new Member(Phase.KEYED, author);
      case Committed committed -> new Member(Phase.COMMITTED, author);
      case Receipted receipted -> new Member(Phase.RECEIPTED, author);
      case ShardResult result -> new Member(Phase.SHARD_RESULT, author);
      case GroupEntry.Separated separated -> new Member(Phase.SEPARATED, author);
      case Attested attested -> new Member(Phase.ATTESTED, author);
      case Overdue overdue -> new Clock(overdue.phase());
      case RoundEntry.RoundOpened opened -> new Nobody();
      case RoundEntry.ReceiptedExtra extra -> new Nobody();
      case RoundEntry.Sealed set -> new Nobody();
      case RoundEntry.ShardResultExtra extra -> new Nobody();
      case RoundEntry.Accusation accusation -> new Nobody();
      case RoundEntry.Ending ending -> new Nobody();
      case MaskedEntry.Missing missing -> new Nobody();
      case MaskedEntry.Opened opened -> new Nobody();
      case GroupEntry.Partitioned coin -> new Nobody();
    };
  }

  /**
   * Whether the round is read no further than to this phase, whose words are not read.
   *
   * @param expected who speak in it
   */
  default boolean isAwaited(
      Phase phase, Collection<MemberId> expected, RoundLog log, Quorum quorum) {
    return switch (this) {
      case Nobody nobody -> false;
      case Clock(Phase its) -> phase == its;
      case Member(Phase its, MemberId author) ->
          phase == its && expected.contains(author) && log.overdue(phase, 1) < quorum.votes();
    };
  }
}
