package org.koinon.federation.ledger;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.MemberId;

/** What stands in the ledger's state of one round, and of no other, as far as it is to be read. */
final class RoundLog {
  private final LedgerState state;
  private final RoundOpened opened;
  private final Speaking speaking;
  private final Quorum quorum;

  /** For the judgement of that entry. */
  RoundLog(LedgerState state, RoundOpened opened, Speaking speaking) {
    this.state = state;
    this.opened = opened;
    this.speaking = speaking;
    this.quorum = new Quorum(opened.roster().size());
  }

  /** Whether a phase is open for who speaks, and what is said in it is not read. */
  boolean isAwaited(Phase phase, Collection<MemberId> expected) {
    return speaking.isAwaited(phase, expected, this, quorum);
  }

  /** Whether all who are expected have spoken, or time is up. */
  boolean isClosed(Phase phase, Collection<MemberId> expected, Map<MemberId, SignedEntry> spoken) {
    return !isAwaited(phase, expected)
        && (spoken.size() == expected.size() || overdue(phase, 1) >= quorum.votes());
  }

  /** What members said in a phase; nothing if it is awaited. */
  SequencedMap<MemberId, SignedEntry> said(
      Phase phase, Class<? extends RoundEntry> type, Collection<MemberId> expected) {
    return isAwaited(phase, expected) ? new LinkedHashMap<>() : said(type, expected);
  }

  /** Those of the members who said something of this type, in the order given, with the entry. */
  SequencedMap<MemberId, SignedEntry> said(
      Class<? extends RoundEntry> type, Collection<MemberId> members) {
    SequencedMap<MemberId, SignedEntry> said = new LinkedHashMap<>();
    for (MemberId member : members) {
      state
          .get(RoundEntry.own(type, opened.id(), member))
          .ifPresent(entry -> said.put(member, entry));
    }
    return said;
  }

  /** The round's one entry of this type. */
  <T extends RoundEntry> Optional<T> only(Class<T> type) {
    return state.body(type, RoundEntry.only(type, opened.id()));
  }

  /** What a member said of a shard's sum when its owners had had their time. */
  Optional<Digest> extraSum(MemberId member, int shard) {
    return state
        .body(ShardResultExtra.class, ShardResultExtra.key(opened.id(), member, shard))
        .map(ShardResultExtra::root);
  }

  /** How many members' first or second deadline of a phase has passed. */
  int overdue(Phase phase, int n) {
    return (int)
        opened.members().stream()
            .filter(member -> state.get(Overdue.key(opened.id(), phase, n, member)).isPresent())
            .count();
  }

  /** The members of a shard map's line, in roster order. */
  List<MemberId> inRosterOrder(ShardMap map) {
    return opened.members().stream().filter(map.line()::contains).toList();
  }

  /** The bodies of entries that are all of this type, in the same order. */
  static <T extends Entry> Map<MemberId, T> bodies(
      SequencedMap<MemberId, SignedEntry> said, Class<T> type) {
    return said.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> type.cast(entry.getValue().entry()),
                (a, b) -> a,
                LinkedHashMap::new));
  }
}
