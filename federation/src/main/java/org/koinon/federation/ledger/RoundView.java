package org.koinon.federation.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.MaskGraph;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Ending;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.round.AbandonReason;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;

/**
 * Where a round stands: the state machine of rules R1 to R8, a pure function of the entries.
 *
 * <p>It walks the phases in order and stops at the first that is not closed. What it has not
 * reached is empty. Everyone who reads the same entries sees the same round. Safe for use by
 * several threads, as far as the state is.
 */
public final class RoundView {
  /** A contributor's piece of a shard. */
  public record PieceId(MemberId contributor, int shard) {}

  private final LedgerState state;
  private final RoundLog log;
  private final Study study;
  private final RoundOpened opened;
  private final Quorum quorum;
  private final SequencedMap<MemberId, SignedEntry> ready;
  private final Optional<Ending> ending;
  private final PhaseHashes hashes = new PhaseHashes();

  private SequencedMap<MemberId, SignedEntry> keyed = new LinkedHashMap<>();
  private SequencedMap<MemberId, SignedEntry> committed = new LinkedHashMap<>();
  private SequencedMap<MemberId, SignedEntry> receipted = new LinkedHashMap<>();
  private SequencedMap<MemberId, SignedEntry> shardResults = new LinkedHashMap<>();
  private SequencedMap<MemberId, SignedEntry> attested = new LinkedHashMap<>();
  private ShardSums sums;
  private @Nullable MaskGraph masks;
  private @Nullable ShardMap shards;
  private @Nullable Receipts receipts;
  private @Nullable SequencedMap<PieceId, List<SignedEntry>> unreceipted;
  private @Nullable Sealed sealed;
  private @Nullable Separation separation;
  private Phase reached = Phase.READY;
  private boolean closed;
  private boolean timed;
  private @Nullable RoundEntry due;

  private RoundView(LedgerState state, Study study, RoundOpened opened, Speaking speaking) {
    this.state = state;
    this.log = new RoundLog(state, opened, speaking);
    this.sums = ShardSums.none(log);
    this.study = study;
    this.opened = opened;
    this.quorum = new Quorum(opened.roster().size());
    this.ready = log.said(Phase.READY, Ready.class, opened.members());
    this.ending = state.body(Ending.class, Ending.key(opened.id()));
    walk();
  }

  /** The view of a round, if it was opened; it does not change when the ledger does. */
  public static Optional<RoundView> of(LedgerState state, RoundId round) {
    Optional<RoundView> view = lazy(state, round, new Speaking.Nobody());
    view.ifPresent(RoundView::unreceipted);
    view.ifPresent(RoundView::due);
    return view;
  }

  /** A view that reads single pieces and second deadlines when it is asked; to judge an entry. */
  static Optional<RoundView> lazy(LedgerState state, RoundId round, Speaking speaking) {
    return state
        .body(RoundOpened.class, RoundEntry.only(RoundOpened.class, round))
        .flatMap(
            opened ->
                state
                    .body(
                        ConsortiumEntry.Proposed.class,
                        ConsortiumEntry.Proposed.key(opened.study(), opened.version()))
                    .map(it -> new RoundView(state, it.study(), opened, speaking)));
  }

  private void walk() {
    if (!log.isClosed(Phase.READY, opened.members(), ready)) {
      reached = Phase.READY;
    } else if (ready.size() < Math.max(study.privacy().minimum(), quorum.votes())) {
      abandon(AbandonReason.TOO_FEW_READY, Phase.READY);
    } else if (isMasked()) {
      key();
    } else {
      shards = new ShardMap(List.copyOf(ready.keySet()), study.privacy().replicas());
      commit(shards);
    }
  }

  /** Who masks for whom, and with that who goes on: K. */
  private void key() {
    List<MemberId> members = List.copyOf(ready.keySet());
    keyed = log.said(Phase.KEYED, Keyed.class, members);
    if (!log.isClosed(Phase.KEYED, members, keyed)) {
      reached = Phase.KEYED;
      return;
    }
    masks = MaskedEntry.masks(members, keyed(), threshold(), quorum.faults());
    List<MemberId> strong = masks.prune(keyed.keySet());
    if (strong.size() < terms().minimum()) {
      abandon(AbandonReason.TOO_FEW_KEYED, Phase.KEYED);
    } else {
      shards = ShardMap.drawn(strong, phaseHash(Phase.KEYED), study.privacy().replicas());
      commit(shards);
    }
  }

  private boolean isMasked() {
    return study.privacy().policy().isMasked();
  }

  /** t: how many shares rebuild a secret of this round. */
  public int threshold() {
    return terms().threshold();
  }

  private SealTerms terms() {
    return new SealTerms(study, quorum, ready.size());
  }

  private void commit(ShardMap map) {
    committed = log.said(Phase.COMMITTED, Committed.class, log.inRosterOrder(map));
    if (!log.isClosed(Phase.COMMITTED, map.line(), committed)) {
      reached = Phase.COMMITTED;
    } else {
      receive(map);
    }
  }

  private void receive(ShardMap map) {
    reached = Phase.RECEIPTED;
    receipted = log.said(Phase.RECEIPTED, Receipted.class, log.inRosterOrder(map));
    receipts =
        new Receipts(
            state,
            opened.id(),
            map,
            quorum.faults(),
            receipted,
            isMasked() ? new Defaulters(state, opened).found() : Set.of());
    if (log.isAwaited(Phase.RECEIPTED, map.line())) {
      return;
    }
    sealed = log.only(Sealed.class).orElse(null);
    if (sealed != null) {
      sum(map, sealed);
      return;
    }
    boolean spoken = receipted.size() == map.line().size() && gaps().isEmpty();
    if (!spoken && log.overdue(Phase.RECEIPTED, 1) < quorum.votes()) {
      return;
    }
    List<MemberId> whole = received();
    Optional<AbandonReason> fault = terms().fault(state, opened, whole);
    if (fault.isPresent()) {
      abandon(fault.get(), Phase.RECEIPTED);
    } else {
      close(new Sealed(study.id(), opened.round(), phaseHash(Phase.RECEIPTED), whole));
    }
  }

  private SequencedMap<PieceId, List<SignedEntry>> unreceipted() {
    SequencedMap<PieceId, List<SignedEntry>> known = unreceipted;
    if (known == null) {
      known = receipts == null ? new LinkedHashMap<>() : receipts.unreceipted(committed);
      unreceipted = known;
    }
    return known;
  }

  /** Who is on record with a piece; once Receipted is open. */
  public List<MemberId> receiptGivers(MemberId contributor, int shard) {
    return receipts().givers(new PieceId(contributor, shard));
  }

  /** Who holds what, on record; once Receipted is open. */
  Receipts receipts() {
    return Objects.requireNonNull(receipts);
  }

  /** The committed members whose every piece is held, as the receipts have it; U2 if sealed now. */
  List<MemberId> received() {
    if (receipts == null) {
      return List.of();
    }
    Set<MemberId> lacking = gaps().stream().map(PieceId::contributor).collect(Collectors.toSet());
    List<MemberId> whole =
        committed.keySet().stream().filter(member -> !lacking.contains(member)).toList();
    return masks == null ? whole : masks.prune(whole);
  }

  /** c: how many members of this round may pool what they know. */
  public int colluders() {
    return terms().colluders();
  }

  private void sum(ShardMap map, Sealed set) {
    reached = Phase.SHARD_RESULT;
    shardResults = log.said(Phase.SHARD_RESULT, ShardResult.class, log.inRosterOrder(map));
    boolean spoken = log.isClosed(Phase.SHARD_RESULT, map.line(), shardResults);
    sums =
        isMasked()
            ? ShardSums.masked(log, map, shardResults, spoken, quorum.faults())
            : ShardSums.open(log, map, shardResults, spoken, set.contributors());
    switch (sums.state()) {
      case OPEN, LATE -> {} // the phase goes on
      case DISPUTED -> abandon(AbandonReason.SHARD_DISPUTED, Phase.SHARD_RESULT);
      case WHOLE -> {
        if (isMasked() && sums.released().isEmpty()) {
          close(new Opened(study.id(), opened.round(), set.bodyDigest(), sums.list()));
        } else if (isSeparated()) {
          attest(set);
        }
      }
    }
  }

  /** Under group-opening the groups come apart before anybody attests. */
  private boolean isSeparated() {
    if (!Phase.of(study.privacy().policy()).contains(Phase.SEPARATED)) {
      return true;
    }
    reached = Phase.SEPARATED;
    boolean awaited = log.isAwaited(Phase.SEPARATED, contributors());
    separation = Separation.of(state, log, this, awaited);
    return separation.isClosed();
  }

  private void attest(Sealed set) {
    reached = Phase.ATTESTED;
    attested = log.said(Phase.ATTESTED, Attested.class, opened.members());
    Ballot ballot = new Ballot(quorum, attested.values());
    Optional<Ending> verdict = ballot.verdict(opened, set);
    if (ballot.isHopeless()) {
      abandon(AbandonReason.NO_AGREEMENT, Phase.ATTESTED);
    } else if (verdict.isPresent() && log.isClosed(Phase.ATTESTED, opened.members(), attested)) {
      close(verdict.get());
    }
  }

  /** R8: a majority gave up on the phase, and nothing else can end the round. */
  private void byDeadline() {
    boolean asked = timed;
    timed = true;
    if (!asked && !closed && log.overdue(reached, 2) >= quorum.majority()) {
      due = new Abandoned(study.id(), opened.round(), AbandonReason.DEADLINE, reached);
    }
  }

  private void abandon(AbandonReason reason, Phase at) {
    reached = at;
    close(new Abandoned(study.id(), opened.round(), reason, at));
  }

  private void close(RoundEntry computed) {
    closed = true;
    due = computed;
  }

  /**
   * The hash of what a phase counted, in roster order; entries of the phase after carry it. Of the
   * sealed set it is the body's digest, since anyone may have posted it.
   */
  public Digest phaseHash(Phase of) {
    return hashes.of(of, this::counted);
  }

  private List<Digest> counted(Phase of) {
    return switch (of) {
      case READY -> PhaseHashes.digests(ready.values());
      case KEYED -> PhaseHashes.digests(keyed.values());
      case COMMITTED -> PhaseHashes.digests(committed.values());
      case RECEIPTED -> {
        List<SignedEntry> receipts = new ArrayList<>(receipted.values());
        unreceipted().values().forEach(receipts::addAll);
        yield PhaseHashes.digests(receipts);
      }
      case SHARD_RESULT -> {
        List<Digest> counted = new ArrayList<>();
        counted.add(Objects.requireNonNull(sealed).bodyDigest());
        counted.addAll(sums.roots().values());
        yield counted;
      }
      case SEPARATED -> separation().orElseThrow().counted();
      case ATTESTED -> throw new IllegalArgumentException("nothing follows " + of);
    };
  }

  /** The study's terms that the round runs under. */
  public Study study() {
    return study;
  }

  /** How the round was opened. */
  public RoundOpened opened() {
    return opened;
  }

  /** The arithmetic of the round's votes. */
  public Quorum quorum() {
    return quorum;
  }

  /**
   * The phase that the round is in or waits on; none while a computed entry is due or it is over.
   */
  public Optional<Phase> phase() {
    return ending.isPresent() || due().isPresent() ? Optional.empty() : Optional.of(reached);
  }

  /**
   * The phase whose entries are still taken. R8 closes no phase: until the round is abandoned, who
   * comes back may still speak.
   */
  Optional<Phase> open() {
    return ending.isPresent() || closed ? Optional.empty() : Optional.of(reached);
  }

  /** The last phase that opened. */
  Phase reached() {
    return reached;
  }

  /** The computed entry that anyone may post now: Sealed or an ending. */
  public Optional<RoundEntry> due() {
    byDeadline();
    return ending.isPresent() ? Optional.empty() : Optional.ofNullable(due);
  }

  /** How the round ended, if it did. */
  public Optional<Ending> ending() {
    return ending;
  }

  /** Whether ShardResult is closed and a shard still has no result (R6). */
  public boolean isLate() {
    return sums.state() == ShardSums.State.LATE;
  }

  /** U1: who said Ready, in roster order, with what they said. */
  public Map<MemberId, Ready> ready() {
    return RoundLog.bodies(ready, Ready.class);
  }

  /** Who is keyed, with whose packs they hold; under masked policies. */
  public Map<MemberId, Keyed> keyed() {
    return RoundLog.bodies(keyed, Keyed.class);
  }

  /** Who masks for whom; under masked policies, once Keyed is closed. */
  public Optional<MaskGraph> masks() {
    return Optional.ofNullable(masks);
  }

  /** Who committed, with their roots. */
  public Map<MemberId, Committed> committed() {
    return RoundLog.bodies(committed, Committed.class);
  }

  /** The root that a member committed to; it must have committed. */
  public Digest committedRoot(MemberId member) {
    Committed said = committed().get(member);
    if (said == null) {
      throw new IllegalArgumentException(member + " has not committed in " + opened.id());
    }
    return said.root();
  }

  /** Who gave receipts. */
  public Map<MemberId, Receipted> receipted() {
    return RoundLog.bodies(receipted, Receipted.class);
  }

  /** Who summed shards. */
  public Map<MemberId, ShardResult> shardResults() {
    return RoundLog.bodies(shardResults, ShardResult.class);
  }

  /** Who attested. */
  public Map<MemberId, Attested> attested() {
    return RoundLog.bodies(attested, Attested.class);
  }

  /** Which shards there are and whose; once Ready is closed. */
  public Optional<ShardMap> shards() {
    return Optional.ofNullable(shards);
  }

  /** Pieces of committed members that nobody else holds on record. */
  public List<PieceId> gaps() {
    return unreceipted().entrySet().stream()
        .filter(piece -> piece.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** U2 as the receipts have it now; a fact once {@link #sealed} stands. */
  public List<MemberId> contributors() {
    return sealed == null ? received() : sealed.contributors();
  }

  /** The sealed set, if it stands. */
  public Optional<Sealed> sealed() {
    return Optional.ofNullable(sealed);
  }

  /** The step that let the masks come off, if it was taken. */
  public Optional<Opened> released() {
    return sums.released();
  }

  /** How the sum comes apart into groups: under group-opening, once it is opened. */
  public Optional<Separation> separation() {
    return Optional.ofNullable(separation);
  }

  /** Under masked policies: who said what of a shard's sum. */
  public Map<MemberId, Digest> sumsSaid(int shard) {
    return sums.said(shard);
  }

  /** Under masked policies: shards on whose sum members differ, settled or not. */
  public Set<Integer> disputed() {
    return sums.disputed();
  }

  /**
   * Under masked policies: who said what of a shard's sum, before and after the sums were opened.
   * Asks the ledger.
   */
  public Map<MemberId, Digest> voices(int shard) {
    return sums.voices(shard);
  }

  /**
   * Under masked policies: the root of a shard's sum that so many say that one of them is honest.
   * Asks the ledger.
   */
  public Optional<Digest> decided(int shard) {
    return sums.decided(shard);
  }

  /**
   * The roots of the sums that count: those that stand, but of a sum that was opened and computed
   * anew by enough members the one that these say. Asks the ledger.
   */
  public Map<Integer, Digest> standing() {
    return sums.standing();
  }

  /** By how many members the sealed set differs from the last opened one, if by 1 to c+1. */
  public Optional<Integer> nearDifference() {
    return sealed == null || !isMasked()
        ? Optional.empty()
        : new OpenedSets(state)
            .nearDifference(opened.id(), Set.copyOf(sealed.contributors()), colluders());
  }

  /**
   * An opened set, on the same base or else the last, from which this round's differs by 1 to c+1
   * members. Asks the ledger.
   */
  public Optional<Set<MemberId>> nearSet() {
    return isMasked()
        ? new OpenedSets(state).near(opened, Set.copyOf(contributors()), colluders())
        : Optional.empty();
  }

  /** The roots of the shards' sums that stand, by shard. */
  public Map<Integer, Digest> sums() {
    return sums.roots();
  }
}
