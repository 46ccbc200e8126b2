package org.koinon.federation.ledger;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Ending;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Overdue;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Receipt;
import org.koinon.federation.ledger.RoundEntry.Receipted;
import org.koinon.federation.ledger.RoundEntry.ReceiptedExtra;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundEntry.Seat;
import org.koinon.federation.ledger.RoundEntry.ShardResult;
import org.koinon.federation.ledger.RoundEntry.ShardResultExtra;
import org.koinon.federation.ledger.RoundEntry.ShardRoot;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;

/** Rules R1 to R9: what may be said in a round, by whom, when. */
final class RoundRules {
  private final LedgerState state;
  private final Membership membership;

  RoundRules(LedgerState state, Membership membership) {
    this.state = state;
    this.membership = membership;
  }

  void check(MemberId author, RoundEntry entry) {
    if (entry instanceof RoundOpened opened) {
      opening(opened);
      return;
    }
    RoundView view =
        RoundView.of(state, entry.id())
            .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_ROUND, entry.id()));
    LedgerRules.check(view.ending().isEmpty(), Refusal.ROUND_OVER, entry.id());
    switch (entry) {
      case RoundOpened opened -> throw new IllegalStateException("judged above: " + opened.id());
      case Ready ready -> ready(view, author, ready);
      case Committed committed -> committed(view, author, committed);
      case Receipted receipted -> receipted(view, author, receipted);
      case ReceiptedExtra extra -> receiptedExtra(view, author, extra);
      case Sealed set -> computed(view, set);
      case ShardResult result -> shardResult(view, author, result);
      case ShardResultExtra extra -> shardResultExtra(view, author, extra);
      case Attested attested -> attested(view, attested);
      case Ending ending -> computed(view, ending);
      case Overdue overdue -> overdue(view, author, overdue);
    }
  }

  private void opening(RoundOpened opened) {
    RoundOpened computed =
        nextRound(state, opened.study())
            .orElseThrow(() -> new RefusedException(Refusal.NOT_COMPUTED, opened.id()));
    LedgerRules.check(computed.equals(opened), Refusal.NOT_COMPUTED, opened.id());
  }

  /** The RoundOpened that may be posted now, if the study can go on; see {@link Rounds#next}. */
  static Optional<RoundOpened> nextRound(LedgerState state, StudyId id) {
    Membership membership = new Membership(state);
    Study study = membership.approved(id).orElse(null);
    if (study == null) {
      return Optional.empty();
    }
    List<Seat> roster =
        membership.enrolled(id).stream()
            .filter(member -> !membership.keys(member).isEmpty())
            .map(member -> new Seat(member.id(), membership.keys(member).getLast()))
            .toList();
    int number = 1;
    while (state.get(RoundEntry.only(RoundOpened.class, new RoundId(id, number))).isPresent()) {
      number++;
    }
    if (roster.size() < Math.max(study.privacy().minimum(), Study.MINIMUM_LEAST)
        || study.vector().overflow(roster.size()).isPresent()
        || number > study.roundsMax()) {
      return Optional.empty();
    }
    RoundOpened before = number == 1 ? null : opened(state, new RoundId(id, number - 1));
    return before == null
        ? Optional.of(first(study, roster))
        : following(state, study, before, roster);
  }

  private static RoundOpened opened(LedgerState state, RoundId round) {
    return state.body(RoundOpened.class, RoundEntry.only(RoundOpened.class, round)).orElseThrow();
  }

  private static RoundOpened first(Study study, List<Seat> roster) {
    return new RoundOpened(
        study.id(), 1, study.version(), null, 1, study.initialModel(), null, terms(study), roster);
  }

  private static Digest terms(Study study) {
    return new ConsortiumEntry.Proposed(study).bodyDigest();
  }

  private static Optional<RoundOpened> following(
      LedgerState state, Study study, RoundOpened before, List<Seat> roster) {
    Ending ending = state.body(Ending.class, Ending.key(before.id())).orElse(null);
    if (ending == null) {
      return Optional.empty();
    }
    boolean restarts = before.version() != study.version();
    Finalised result = ending instanceof Finalised finalised ? finalised : null;
    int step = restarts ? 1 : before.step() + (result == null ? 0 : 1);
    if (step > study.rounds()) {
      return Optional.empty();
    }
    ModelId base = result == null ? before.baseModel() : result.model();
    @Nullable ModelId optimiser =
        result == null ? before.optimiserState() : result.optimiserState();
    return Optional.of(
        new RoundOpened(
            study.id(),
            before.round() + 1,
            study.version(),
            result == null && !restarts ? before.round() : null,
            step,
            restarts ? study.initialModel() : base,
            restarts ? null : optimiser,
            terms(study),
            roster));
  }

  private void ready(RoundView view, MemberId author, Ready ready) {
    open(view, Phase.READY);
    StudyId study = ready.study();
    LedgerRules.check(
        ready.consent() >= 1 && ready.consent() <= membership.consents(study, author).size(),
        Refusal.UNKNOWN_SNAPSHOT,
        "consent " + ready.consent());
    LedgerRules.check(
        !membership.isWithdrawn(study, author, ready.consent()),
        Refusal.CONSENT_WITHDRAWN,
        "consent " + ready.consent());
    LedgerRules.check(
        ready.dataset() >= 1 && ready.dataset() <= membership.datasets(study, author).size(),
        Refusal.UNKNOWN_SNAPSHOT,
        "dataset " + ready.dataset());
    LedgerRules.check(
        ready.code().equals(view.study().code()), Refusal.CODE_MISMATCH, ready.code().brief());
    LedgerRules.check(!isSpent(author, ready), Refusal.UPDATE_SPENT, ready.update().brief());
  }

  /** R9: under policy open an update is spent by standing in a sealed set. */
  private boolean isSpent(MemberId author, Ready ready) {
    for (int number = 1; number < ready.round(); number++) {
      RoundId before = new RoundId(ready.study(), number);
      boolean same =
          state
              .body(Ready.class, RoundEntry.own(Ready.class, before, author))
              .filter(earlier -> earlier.update().equals(ready.update()))
              .isPresent();
      if (same
          && state
              .body(Sealed.class, RoundEntry.only(Sealed.class, before))
              .filter(set -> set.contributors().contains(author))
              .isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static void committed(RoundView view, MemberId author, Committed committed) {
    open(view, Phase.COMMITTED);
    expected(view.ready().containsKey(author), author);
    sees(view, Phase.READY, committed.phase());
  }

  private static void receipted(RoundView view, MemberId author, Receipted receipted) {
    open(view, Phase.RECEIPTED);
    expected(view.ready().containsKey(author), author);
    sees(view, Phase.COMMITTED, receipted.phase());
    ShardMap map = view.shards().orElseThrow();
    Set<Integer> named = new HashSet<>();
    for (Receipt receipt : receipted.receipts()) {
      shard(map, receipt.shard());
      LedgerRules.check(named.add(receipt.shard()), Refusal.UNKNOWN_PIECE, receipt.shard());
      LedgerRules.check(
          view.holders(map, receipt.shard()).contains(author), Refusal.NOT_OWNER, receipt.shard());
      boolean known =
          receipt.from().places().stream()
              .allMatch(
                  place ->
                      place < map.line().size()
                          && view.committed().containsKey(map.line().get(place)));
      LedgerRules.check(known, Refusal.UNKNOWN_PIECE, receipt.from());
    }
  }

  private static void receiptedExtra(RoundView view, MemberId author, ReceiptedExtra extra) {
    open(view, Phase.RECEIPTED);
    sees(view, Phase.COMMITTED, extra.phase());
    ShardMap map = view.shards().orElseThrow();
    shard(map, extra.shard());
    LedgerRules.check(
        view.holders(map, extra.shard()).contains(author) && !author.equals(extra.contributor()),
        Refusal.NOT_OWNER,
        extra.shard());
    LedgerRules.check(
        view.gaps().contains(new RoundView.PieceId(extra.contributor(), extra.shard())),
        Refusal.NOT_MISSING,
        extra.contributor() + " in shard " + extra.shard());
  }

  private static void shardResult(RoundView view, MemberId author, ShardResult result) {
    open(view, Phase.SHARD_RESULT);
    LedgerRules.check(!view.isLate(), Refusal.PHASE_CLOSED, Phase.SHARD_RESULT);
    expected(view.ready().containsKey(author), author);
    LedgerRules.check(
        view.sealed().orElseThrow().bodyDigest().equals(result.phase()),
        Refusal.WRONG_VIEW,
        result.phase().brief());
    ShardMap map = view.shards().orElseThrow();
    Set<Integer> named = new HashSet<>();
    for (ShardRoot root : result.roots()) {
      shard(map, root.shard());
      LedgerRules.check(named.add(root.shard()), Refusal.UNKNOWN_PIECE, root.shard());
      LedgerRules.check(map.owners(root.shard()).contains(author), Refusal.NOT_OWNER, root.shard());
    }
  }

  private static void shardResultExtra(RoundView view, MemberId author, ShardResultExtra extra) {
    open(view, Phase.SHARD_RESULT);
    LedgerRules.check(view.isLate(), Refusal.PHASE_NOT_OPEN, "owners may still speak");
    expected(view.contributors().contains(author), author);
    LedgerRules.check(
        view.sealed().orElseThrow().bodyDigest().equals(extra.phase()),
        Refusal.WRONG_VIEW,
        extra.phase().brief());
    shard(view.shards().orElseThrow(), extra.shard());
    LedgerRules.check(!view.sums().containsKey(extra.shard()), Refusal.NOT_MISSING, extra.shard());
  }

  private static void attested(RoundView view, Attested attested) {
    open(view, Phase.ATTESTED);
    sees(view, Phase.SHARD_RESULT, attested.phase());
  }

  private static void computed(RoundView view, RoundEntry entry) {
    LedgerRules.check(
        view.due().filter(entry::equals).isPresent(), Refusal.NOT_COMPUTED, entry.type());
  }

  /** A deadline of a phase that has opened; one more than is needed changes nothing. */
  private void overdue(RoundView view, MemberId author, Overdue overdue) {
    boolean opened =
        overdue.phase() != Phase.KEYED
            && view.reached().map(phase -> overdue.phase().compareTo(phase) <= 0).orElse(true);
    LedgerRules.check(opened, Refusal.PHASE_NOT_OPEN, overdue.phase());
    LedgerRules.check(
        overdue.n() == 1
            || state.get(Overdue.key(overdue.id(), overdue.phase(), 1, author)).isPresent(),
        Refusal.FIRST_DEADLINE_MISSING,
        overdue.phase());
  }

  /** The phase must be the one that the round is in. */
  private static void open(RoundView view, Phase phase) {
    Optional<Phase> now = view.phase();
    if (now.isEmpty() || now.get().compareTo(phase) > 0) {
      boolean later = now.isEmpty() && view.reached().isEmpty() && !isPast(view, phase);
      throw new RefusedException(later ? Refusal.PHASE_NOT_OPEN : Refusal.PHASE_CLOSED, phase);
    }
    LedgerRules.check(now.get() == phase, Refusal.PHASE_NOT_OPEN, phase);
  }

  /** While a computed entry is due: whether the phase lies before it. */
  private static boolean isPast(RoundView view, Phase phase) {
    RoundEntry due = view.due().orElseThrow();
    return due instanceof RoundEntry.Abandoned abandoned
        ? phase.compareTo(abandoned.phase()) <= 0
        : due instanceof Ending || phase.compareTo(Phase.RECEIPTED) <= 0;
  }

  private static void sees(RoundView view, Phase before, Digest hash) {
    LedgerRules.check(view.phaseHash(before).equals(hash), Refusal.WRONG_VIEW, hash.brief());
  }

  private static void expected(boolean holds, MemberId author) {
    LedgerRules.check(holds, Refusal.NOT_EXPECTED, author);
  }

  private static void shard(ShardMap map, int shard) {
    LedgerRules.check(shard >= 0 && shard < map.shards(), Refusal.UNKNOWN_PIECE, "shard " + shard);
  }
}
