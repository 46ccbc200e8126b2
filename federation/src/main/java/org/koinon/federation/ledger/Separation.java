package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.AttemptHash;
import org.koinon.federation.contribution.CrossSeed;
import org.koinon.federation.contribution.MaskGraph;
import org.koinon.federation.contribution.MaskSeed;
import org.koinon.federation.contribution.Partition;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.GroupEntry.Partitioned;
import org.koinon.federation.ledger.GroupEntry.Separated;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.MemberId;

/**
 * How an opened sum comes apart into the sums of groups, under group-opening: which groups the coin
 * draws, who has taken off its masks between them, and which groups stay together because both ends
 * of a pair are silent. A pure function of the entries.
 */
public final class Separation {
  private final List<MemberId> contributors;
  private final MaskGraph masks;
  private final @Nullable Partitioned coin;
  private final @Nullable Partition drawn;
  private final SequencedMap<MemberId, SignedEntry> said;
  private final boolean closed;

  private Separation(LedgerState state, RoundLog log, RoundView view, boolean awaited) {
    this.contributors = view.contributors();
    this.masks = view.masks().orElseThrow();
    this.coin = log.only(Partitioned.class).orElse(null);
    this.drawn = coin == null ? null : draw(state, view, coin);
    this.said =
        coin == null || awaited
            ? new LinkedHashMap<>()
            : log.said(Separated.class, view.contributors());
    boolean spoken = drawn != null && (drawn.isWhole() || said.size() == contributors.size());
    boolean late =
        coin != null && !awaited && log.overdue(Phase.SEPARATED, 1) >= view.quorum().votes();
    this.closed = spoken || late;
  }

  /**
   * Of a round whose sums are opened.
   *
   * @param awaited whether who took off its masks is not read: see {@link Speaking}
   */
  static Separation of(LedgerState state, RoundLog log, RoundView view, boolean awaited) {
    return new Separation(state, log, view, awaited);
  }

  /** The hashes of the round. */
  static AttemptHash hashes(LedgerState state, RoundView view) {
    Digest context = view.opened().context(new Membership(state).consortium().orElseThrow());
    return new AttemptHash(context, view.opened().members());
  }

  /**
   * Where groups of the same base were opened before, the same ones: updates may repeat exactly on
   * one base, and two partitions of them would open single members.
   */
  private static Partition draw(LedgerState state, RoundView view, Partitioned coin) {
    List<MemberId> members = view.contributors();
    MaskGraph masks = view.masks().orElseThrow();
    int least = view.colluders() + 2;
    Optional<Partition> earlier = new OpenedSets(state).partition(view.opened());
    if (earlier.isPresent()) {
      return earlier
          .filter(groups -> groups.members().equals(members.stream().sorted().toList()))
          .filter(groups -> groups.hides(masks, least))
          .orElse(Partition.whole(members));
    }
    AttemptHash hashes = hashes(state, view);
    SortedMap<MemberId, MaskSeed> seeds = new TreeMap<>();
    for (int i = 0; i < members.size(); i++) {
      seeds.put(members.get(i), coin.selfSeeds().get(i));
    }
    Digest beacon = hashes.beacon(coin.opened(), seeds);
    return Partition.draw(hashes, beacon, members, masks, view.study().groups(), least);
  }

  /** The entry that shows the coin, if it stands. */
  public Optional<Partitioned> coin() {
    return Optional.ofNullable(coin);
  }

  /** The groups that the coin draws, once it lies open. */
  public Optional<Partition> drawn() {
    return Optional.ofNullable(drawn);
  }

  /** Whether all that will be released is. */
  public boolean isClosed() {
    return closed;
  }

  /** Who has taken off its masks between the groups, in roster order. */
  public List<MemberId> separated() {
    return List.copyOf(said.keySet());
  }

  /** The groups whose sums are open, once closed. */
  public Partition groups() {
    List<MemberId> silent =
        contributors.stream().filter(member -> !said.containsKey(member)).toList();
    return drawn().orElseThrow().merged(silent, masks);
  }

  /** Whose masks with a member it takes off, in order; once the groups are drawn. */
  public List<MemberId> across(MemberId member) {
    return drawn().orElseThrow().across(member, masks);
  }

  /** What was released, each pair once. */
  public List<CrossSeed> crossSeeds() {
    Map<List<MemberId>, CrossSeed> byPair = new LinkedHashMap<>();
    RoundLog.bodies(said, Separated.class)
        .forEach(
            (member, entry) -> {
              List<MemberId> others = across(member);
              for (int i = 0; i < others.size(); i++) {
                MemberId other = others.get(i);
                boolean inOrder = member.compareTo(other) < 0;
                MemberId low = inOrder ? member : other;
                MemberId high = inOrder ? other : member;
                byPair.putIfAbsent(
                    List.of(low, high), new CrossSeed(low, high, entry.seeds().get(i)));
              }
            });
    return List.copyOf(byPair.values());
  }

  /** What the phase counted. */
  List<Digest> counted() {
    List<Digest> counted = new ArrayList<>();
    coin().ifPresent(entry -> counted.add(entry.bodyDigest()));
    said.values().forEach(entry -> counted.add(entry.digest()));
    return counted;
  }
}
