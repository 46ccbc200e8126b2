package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.study.MemberId;

/**
 * What the shards of a round sum to, as far as it is on the ledger: under policy open as one member
 * says first, under masked policies as it is settled, until it is opened.
 */
final class ShardSums {
  /** How far the phase ShardResult has come. */
  enum State {
    /** Owners are waited for. */
    OPEN,
    /** Owners had their time, and a shard has no result. */
    LATE,
    /** Two members said different things of one shard, and that cannot be settled. */
    DISPUTED,
    /** Every shard has a result. */
    WHOLE
  }

  private final RoundLog log;
  private final State state;
  private final Map<Integer, Digest> roots;
  private final @Nullable ShardSettlement settlement;
  private final @Nullable Opened released;

  private ShardSums(
      RoundLog log,
      State state,
      Map<Integer, Digest> roots,
      @Nullable ShardSettlement settlement,
      @Nullable Opened released) {
    this.log = log;
    this.state = state;
    this.roots = Collections.unmodifiableMap(new TreeMap<>(roots));
    this.settlement = settlement;
    this.released = released;
  }

  /** Before the phase. */
  static ShardSums none(RoundLog log) {
    return new ShardSums(log, State.OPEN, Map.of(), null, null);
  }

  /**
   * Under policy open.
   *
   * @param results what owners said
   * @param spoken whether no more of them are waited for
   * @param contributors who may speak for silent owners
   */
  static ShardSums open(
      RoundLog log,
      ShardMap map,
      SequencedMap<MemberId, SignedEntry> results,
      boolean spoken,
      Collection<MemberId> contributors) {
    OpenSums said = new OpenSums(results.values());
    if (spoken && said.roots().size() < map.shards()) {
      said.addExtras(log, map.shards(), contributors);
    }
    State state = said.isDisputed() ? State.DISPUTED : state(map, said.roots(), spoken);
    return new ShardSums(log, state, said.roots(), null, null);
  }

  /**
   * Under masked policies: they are settled and opened before anything is released.
   *
   * @param results what owners said
   * @param spoken whether no more of them are waited for
   * @param faults how many members may lie
   */
  static ShardSums masked(
      RoundLog log,
      ShardMap map,
      SequencedMap<MemberId, SignedEntry> results,
      boolean spoken,
      int faults) {
    ShardSettlement said = new ShardSettlement(map, faults, results);
    if (!spoken) {
      return new ShardSums(log, State.OPEN, Map.of(), said, null);
    }
    said.addExtras(log);
    Opened released = log.only(Opened.class).orElse(null);
    Map<Integer, Digest> roots = released == null ? said.settled() : roots(released);
    return new ShardSums(log, state(map, roots, spoken), roots, said, released);
  }

  private static State state(ShardMap map, Map<Integer, Digest> roots, boolean spoken) {
    boolean isWhole = roots.size() == map.shards();
    return !spoken ? State.OPEN : isWhole ? State.WHOLE : State.LATE;
  }

  private static Map<Integer, Digest> roots(Opened released) {
    Map<Integer, Digest> roots = new TreeMap<>();
    released.sums().forEach(sum -> roots.put(sum.shard(), sum.root()));
    return roots;
  }

  State state() {
    return state;
  }

  /** The roots that stand, by shard. */
  Map<Integer, Digest> roots() {
    return roots;
  }

  /** The same as a list, in the order of shards. */
  List<ShardRoot> list() {
    List<ShardRoot> list = new ArrayList<>();
    roots.forEach((shard, root) -> list.add(new ShardRoot(shard, root)));
    return list;
  }

  /** The step that opened them, if it was taken. */
  Optional<Opened> released() {
    return Optional.ofNullable(released);
  }

  /** Under masked policies: who said what of a shard's sum. */
  Map<MemberId, Digest> said(int shard) {
    return settlement == null ? Map.of() : settlement.said(shard);
  }

  /** Under masked policies: shards on whose sum members differ, settled or not. */
  Set<Integer> disputed() {
    return settlement == null ? Set.of() : settlement.disputed();
  }

  /** Under masked policies: who said what of a shard's sum, after it was opened too. */
  Map<MemberId, Digest> voices(int shard) {
    return settlement == null ? Map.of() : settlement.voices(log, shard);
  }

  /** Under masked policies: the root that so many say that one of them is honest. */
  Optional<Digest> decided(int shard) {
    return settlement == null ? Optional.empty() : settlement.decided(voices(shard));
  }

  /** The roots that count: of a sum that was opened and is wrong the one that puts it right. */
  Map<Integer, Digest> standing() {
    Map<Integer, Digest> standing = new TreeMap<>(roots);
    if (released != null) {
      standing.replaceAll((shard, root) -> decided(shard).orElse(root));
    }
    return standing;
  }
}
