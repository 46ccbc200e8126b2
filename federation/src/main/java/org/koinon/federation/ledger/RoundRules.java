package org.koinon.federation.ledger;

import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.ConsortiumEntry.ConsentSnapshot;
import org.koinon.federation.ledger.ConsortiumEntry.DatasetSnapshot;
import org.koinon.federation.ledger.MaskedEntry.Keyed;
import org.koinon.federation.ledger.MaskedEntry.Missing;
import org.koinon.federation.ledger.MaskedEntry.Opened;
import org.koinon.federation.ledger.RoundEntry.Accusation;
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
import org.koinon.federation.study.ConsortiumId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.VectorSpec;
import org.koinon.federation.study.WeightMode;

/** Rules R1 to R9: what may be said in a round, by whom, when. */
final class RoundRules {
  /** Linear checks of a contribution, per block. */
  private static final int CHECK_SUMS = 40;

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
        RoundView.lazy(state, entry.id(), Speaking.of(author, entry))
            .orElseThrow(() -> new RefusedException(Refusal.UNKNOWN_ROUND, entry.id()));
    if (entry instanceof Accusation accusation) {
      ConsortiumId consortium = membership.consortium().orElseThrow();
      new AccusationRules(view, consortium).check(author, accusation);
      return;
    }
    LedgerRules.check(view.ending().isEmpty(), Refusal.ROUND_OVER, entry.id());
    switch (entry) {
      case RoundOpened opened -> throw new IllegalStateException("judged above: " + opened.id());
      case Accusation accusation ->
          throw new IllegalStateException("judged above: " + accusation.id());
      case Ready ready -> ready(view, author, ready);
      case Keyed keyed -> keyed(view, author, keyed);
      case Committed committed -> committed(view, author, committed);
      case Receipted receipted -> receipted(view, author, receipted);
      case ReceiptedExtra extra -> receiptedExtra(view, author, extra);
      case Sealed set -> computed(view, set);
      case ShardResult result -> shardResult(view, author, result);
      case ShardResultExtra extra -> shardResultExtra(view, author, extra);
      case Missing missing -> missing(view, author, missing);
      case Opened opening -> computed(view, opening);
      case GroupEntry group -> group(view, author, group);
      case Attested attested -> attested(view, author, attested);
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
    return following(state, id).filter(opened -> !isBaseSpent(state, opened));
  }

  /** The base that keeps a study from going on, if one does: see {@link Rounds#spentBase}. */
  static Optional<ModelId> spentBase(LedgerState state, StudyId id) {
    return following(state, id)
        .filter(opened -> isBaseSpent(state, opened))
        .map(RoundOpened::baseModel);
  }

  private static boolean isBaseSpent(LedgerState state, RoundOpened opened) {
    return opened.round() > 1
        && new Membership(state)
            .versions(opened.study())
            .get(opened.version() - 1)
            .privacy()
            .policy()
            .isMasked()
        && new OpenedSets(state)
            .isSpent(new RoundId(opened.study(), opened.round() - 1), opened.baseModel());
  }

  /** The round that would follow, were its base not spent. */
  private static Optional<RoundOpened> following(LedgerState state, StudyId id) {
    Membership membership = new Membership(state);
    int number = Rounds.count(state, id) + 1;
    RoundOpened before =
        number == 1
            ? null
            : state
                .body(
                    RoundOpened.class,
                    RoundEntry.only(RoundOpened.class, new RoundId(id, number - 1)))
                .orElseThrow();
    Study study = current(membership, id, before);
    if (study == null) {
      return Optional.empty();
    }
    List<Seat> roster =
        membership.enrolled(id).stream()
            .filter(member -> !membership.keys(member).isEmpty())
            .map(member -> new Seat(member.id(), membership.keys(member).getLast()))
            .toList();
    if (roster.size() < Math.max(study.privacy().minimum(), Study.MINIMUM_LEAST)
        || study.vector().overflow(roster.size()).isPresent()
        || number > study.roundsMax()) {
      return Optional.empty();
    }
    return before == null
        ? Optional.of(first(study, roster))
        : following(state, study, before, roster);
  }

  /**
   * The newest approved version. A version that ran stays approved when the consortium, and with it
   * q, grows: a study never falls back to an older one.
   */
  private static @Nullable Study current(
      Membership membership, StudyId id, @Nullable RoundOpened before) {
    Study approved = membership.approved(id).orElse(null);
    return before == null || (approved != null && approved.version() >= before.version())
        ? approved
        : membership.versions(id).get(before.version() - 1);
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
        state.get(ConsentSnapshot.key(study, author, ready.consent())).isPresent(),
        Refusal.UNKNOWN_SNAPSHOT,
        "consent " + ready.consent());
    LedgerRules.check(
        !membership.isWithdrawn(study, author, ready.consent()),
        Refusal.CONSENT_WITHDRAWN,
        "consent " + ready.consent());
    DatasetSnapshot dataset =
        state
            .body(DatasetSnapshot.class, DatasetSnapshot.key(study, author, ready.dataset()))
            .orElseThrow(
                () -> new RefusedException(Refusal.UNKNOWN_SNAPSHOT, "dataset " + ready.dataset()));
    LedgerRules.check(
        dataset.schema().equals(view.study().schema()),
        Refusal.SCHEMA_MISMATCH,
        dataset.schema().brief());
    LedgerRules.check(
        ready.code().equals(view.study().code()), Refusal.CODE_MISMATCH, ready.code().brief());
    privacy(view.study(), ready);
    unspent(author, ready);
  }

  /** Keys and declared weights are there if, and only if, the study's terms ask for them. */
  private static void privacy(Study study, Ready ready) {
    boolean masked = study.privacy().policy().isMasked();
    LedgerRules.check(masked == (ready.kemKey() != null), Refusal.POLICY_MISMATCH, "kemKey");
    WeightMode mode = study.privacy().weights();
    boolean declared = masked && (mode == WeightMode.PUBLIC || mode == WeightMode.BUCKET);
    Integer units = ready.units();
    LedgerRules.check(declared == (units != null), Refusal.POLICY_MISMATCH, "units");
    if (units != null) {
      LedgerRules.check(
          units >= 1 && units <= study.privacy().weightCap(), Refusal.POLICY_MISMATCH, units);
      LedgerRules.check(
          mode != WeightMode.BUCKET || Integer.bitCount(units) == 1,
          Refusal.POLICY_MISMATCH,
          units + " is no power of two");
    }
  }

  /**
   * R9: an update is spent by standing in a set that was opened, or under policy open sealed. Until
   * then it may come again, with the snapshots that it was made from.
   */
  private void unspent(MemberId author, Ready ready) {
    for (int number = 1; number < ready.round(); number++) {
      RoundId round = new RoundId(ready.study(), number);
      Ready earlier =
          state.body(Ready.class, RoundEntry.own(Ready.class, round, author)).orElse(null);
      if (earlier == null || !earlier.update().equals(ready.update())) {
        continue;
      }
      LedgerRules.check(
          !Rounds.isSpent(state, round, author), Refusal.UPDATE_SPENT, "in round " + number);
      LedgerRules.check(
          earlier.consent() == ready.consent() && earlier.dataset() == ready.dataset(),
          Refusal.OTHER_SNAPSHOTS,
          "in round " + number);
    }
  }

  private static void keyed(RoundView view, MemberId author, Keyed keyed) {
    LedgerRules.check(
        Phase.of(view.study().privacy().policy()).contains(Phase.KEYED),
        Refusal.POLICY_MISMATCH,
        keyed.type());
    open(view, Phase.KEYED);
    expected(view.ready().containsKey(author), author);
    sees(view, Phase.READY, keyed.phase());
    LedgerRules.check(
        keyed.packs().places().length() <= view.ready().size(),
        Refusal.UNKNOWN_PIECE,
        keyed.packs());
    BitSet others = keyed.packs().places();
    others.clear(List.copyOf(view.ready().keySet()).indexOf(author));
    int pairs = keyed.pairs() == null ? -1 : keyed.pairs().size();
    boolean grouped = view.study().privacy().policy() == Policy.GROUP_OPENING;
    LedgerRules.check(
        pairs == (grouped ? others.cardinality() : -1), Refusal.POLICY_MISMATCH, "pairs");
  }

  private void group(RoundView view, MemberId author, GroupEntry entry) {
    SeparationRules.policy(view, entry);
    open(view, Phase.SEPARATED);
    new SeparationRules(state, view).check(author, entry);
  }

  private static void committed(RoundView view, MemberId author, Committed committed) {
    open(view, Phase.COMMITTED);
    expected(view.shards().orElseThrow().line().contains(author), author);
    sees(view, Phase.COMMITTED.before(view.study().privacy().policy()), committed.phase());
  }

  /** That the holder said it has the piece, and this member may ask for it. */
  private static void missing(RoundView view, MemberId author, Missing missing) {
    LedgerRules.check(
        view.study().privacy().policy().isMasked(), Refusal.POLICY_MISMATCH, missing.type());
    open(view, Phase.SHARD_RESULT);
    ShardMap map = view.shards().orElseThrow();
    expected(map.line().contains(author), author);
    seesSeal(view, missing.phase());
    shard(map, missing.shard());
    LedgerRules.check(
        view.contributors().contains(missing.contributor()),
        Refusal.UNKNOWN_PIECE,
        missing.contributor());
    LedgerRules.check(
        !missing.holder().equals(author)
            && view.receipts()
                .hasReceipt(
                    missing.holder(),
                    new RoundView.PieceId(missing.contributor(), missing.shard())),
        Refusal.NOT_EXPECTED,
        missing.holder() + " gave no such receipt");
  }

  private static void seesSeal(RoundView view, Digest phase) {
    LedgerRules.check(
        view.sealed().orElseThrow().bodyDigest().equals(phase), Refusal.WRONG_VIEW, phase.brief());
  }

  private static void receipted(RoundView view, MemberId author, Receipted receipted) {
    open(view, Phase.RECEIPTED);
    expected(view.shards().orElseThrow().line().contains(author), author);
    sees(view, Phase.COMMITTED, receipted.phase());
    ShardMap map = view.shards().orElseThrow();
    BitSet committed = new BitSet();
    view.committed().keySet().forEach(member -> committed.set(map.line().indexOf(member)));
    Set<Integer> named = new HashSet<>();
    for (Receipt receipt : receipted.receipts()) {
      shard(map, receipt.shard());
      LedgerRules.check(named.add(receipt.shard()), Refusal.UNKNOWN_PIECE, receipt.shard());
      LedgerRules.check(
          view.receipts().holders(receipt.shard()).contains(author),
          Refusal.NOT_OWNER,
          receipt.shard());
      BitSet unknown = receipt.from().places();
      unknown.andNot(committed);
      LedgerRules.check(unknown.isEmpty(), Refusal.UNKNOWN_PIECE, receipt.from());
    }
  }

  private static void receiptedExtra(RoundView view, MemberId author, ReceiptedExtra extra) {
    open(view, Phase.RECEIPTED);
    sees(view, Phase.COMMITTED, extra.phase());
    ShardMap map = view.shards().orElseThrow();
    shard(map, extra.shard());
    LedgerRules.check(
        view.receipts().holders(extra.shard()).contains(author)
            && !author.equals(extra.contributor()),
        Refusal.NOT_OWNER,
        extra.shard());
    LedgerRules.check(
        view.committed().containsKey(extra.contributor()),
        Refusal.UNKNOWN_PIECE,
        extra.contributor());
    expected(view.receipted().containsKey(author), author);
    LedgerRules.check(
        view.receipts().isMissing(new RoundView.PieceId(extra.contributor(), extra.shard())),
        Refusal.NOT_MISSING,
        extra.contributor() + " in shard " + extra.shard());
  }

  private static void shardResult(RoundView view, MemberId author, ShardResult result) {
    open(view, Phase.SHARD_RESULT);
    LedgerRules.check(!view.isLate(), Refusal.PHASE_CLOSED, Phase.SHARD_RESULT);
    expected(view.shards().orElseThrow().line().contains(author), author);
    seesSeal(view, result.phase());
    ShardMap map = view.shards().orElseThrow();
    Set<Integer> named = new HashSet<>();
    for (ShardRoot root : result.roots()) {
      shard(map, root.shard());
      LedgerRules.check(named.add(root.shard()), Refusal.UNKNOWN_PIECE, root.shard());
      LedgerRules.check(map.owners(root.shard()).contains(author), Refusal.NOT_OWNER, root.shard());
    }
  }

  private static void shardResultExtra(RoundView view, MemberId author, ShardResultExtra extra) {
    if (view.released().isPresent()) {
      computedAnew(view, author, extra);
      return;
    }
    open(view, Phase.SHARD_RESULT);
    LedgerRules.check(view.isLate(), Refusal.PHASE_NOT_OPEN, "owners may still speak");
    boolean masked = view.study().privacy().policy().isMasked();
    ShardMap map = view.shards().orElseThrow();
    expected((masked ? map.line() : view.contributors()).contains(author), author);
    seesSeal(view, extra.phase());
    shard(map, extra.shard());
    LedgerRules.check(
        !masked || !view.sumsSaid(extra.shard()).containsKey(author),
        Refusal.NOT_EXPECTED,
        author + " has spoken for shard " + extra.shard());
    LedgerRules.check(!view.sums().containsKey(extra.shard()), Refusal.NOT_MISSING, extra.shard());
  }

  /** Of a sum that was opened: by who has not spoken for the shard, while results are attested. */
  private static void computedAnew(RoundView view, MemberId author, ShardResultExtra extra) {
    open(view, Phase.ATTESTED);
    ShardMap map = view.shards().orElseThrow();
    expected(map.line().contains(author), author);
    sees(view, Phase.SHARD_RESULT, extra.phase());
    shard(map, extra.shard());
    LedgerRules.check(
        !view.voices(extra.shard()).containsKey(author),
        Refusal.NOT_EXPECTED,
        author + " has spoken for shard " + extra.shard());
  }

  private static void attested(RoundView view, MemberId author, Attested attested) {
    open(view, Phase.ATTESTED);
    sees(view, Phase.ATTESTED.before(view.study().privacy().policy()), attested.phase());
    RoundEntry.Unmasked unmasked = attested.unmasked();
    LedgerRules.check(
        view.study().privacy().policy().isMasked() == (unmasked != null),
        Refusal.POLICY_MISMATCH,
        "unmasked");
    if (unmasked != null && unmasked.checkSums() != null) {
      expected(view.contributors().contains(author), author);
      checkSums(view, unmasked.checkSums());
    }
    if (unmasked != null && unmasked.others() != null) {
      expected(view.contributors().contains(author), author);
      for (RoundEntry.CheckedFor other : unmasked.others()) {
        LedgerRules.check(
            view.contributors().contains(other.member()) && !other.member().equals(author),
            Refusal.NOT_EXPECTED,
            other.member());
        checkSums(view, other.checkSums());
      }
    }
  }

  private static void checkSums(RoundView view, String checkSums) {
    int bits = view.study().vector().wordBits() + VectorSpec.METRIC_WORD_BITS;
    LedgerRules.check(
        checkSums.length() == CHECK_SUMS * bits / 4, Refusal.POLICY_MISMATCH, "checkSums");
  }

  private static void computed(RoundView view, RoundEntry entry) {
    LedgerRules.check(
        view.due().filter(entry::equals).isPresent(), Refusal.NOT_COMPUTED, entry.type());
  }

  /** A deadline of a phase that has opened; one more than is needed changes nothing. */
  private void overdue(RoundView view, MemberId author, Overdue overdue) {
    boolean opened =
        Phase.of(view.study().privacy().policy()).contains(overdue.phase())
            && overdue.phase().compareTo(view.reached()) <= 0;
    LedgerRules.check(opened, Refusal.PHASE_NOT_OPEN, overdue.phase());
    LedgerRules.check(
        overdue.n() == 1
            || state.get(Overdue.key(overdue.id(), overdue.phase(), 1, author)).isPresent(),
        Refusal.FIRST_DEADLINE_MISSING,
        overdue.phase());
  }

  /** The phase must have opened and not be closed. */
  private static void open(RoundView view, Phase phase) {
    LedgerRules.check(phase.compareTo(view.reached()) <= 0, Refusal.PHASE_NOT_OPEN, phase);
    LedgerRules.check(view.open().filter(phase::equals).isPresent(), Refusal.PHASE_CLOSED, phase);
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
