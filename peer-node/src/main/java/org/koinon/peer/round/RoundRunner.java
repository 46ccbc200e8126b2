package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Aggregation;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contribution;
import org.koinon.aggregation.Contributors;
import org.koinon.aggregation.EncodingException;
import org.koinon.aggregation.FixedPoint;
import org.koinon.aggregation.RoundEncoding;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.Salt;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.StatedChecks;
import org.koinon.aggregation.UpdateCommitment;
import org.koinon.aggregation.Weight;
import org.koinon.aggregation.masking.CheckSums;
import org.koinon.aggregation.model.OptimiserState;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Attested;
import org.koinon.federation.ledger.RoundEntry.Committed;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundEntry.Sealed;
import org.koinon.federation.ledger.RoundEntry.Unmasked;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.Vote;
import org.koinon.federation.study.AcceptanceRule;
import org.koinon.federation.study.Policy;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundVigil.Duty;
import org.koinon.peer.round.RoundVigil.RoundOverException;

/**
 * One round at one hospital, from its opening to its ending, as the ten steps of the protocol.
 *
 * <p>Each step makes the next one's input. What must not happen twice is journalled before it shows
 * outside, so that a node that is killed anywhere runs the round again from the top and says and
 * sends the same bytes. A node that comes late, or cannot contribute, follows: it sums what it
 * owns, gathers, attests.
 */
public final class RoundRunner {
  private static final int EVALUATION_ROWS_MIN = 10;

  private final RoundContext node;
  private final RoundId round;
  private final RoundVigil vigil;
  private final Desk desk;

  /** For a round that was opened. */
  public RoundRunner(RoundContext node, RoundId round) {
    this.node = node;
    this.round = round;
    this.vigil = new RoundVigil(node, round);
    this.desk = new Desk(node.pen().me(), vigil, node.archive(), node.peers(), node.timeline());
  }

  /** Runs the round to its ending. */
  public RoundOutcome run() {
    try {
      RoundPlan plan = read(); // 1
      Optional<PreparedUpdate> update = prepare(plan); // 2 select, 3 train, 4 protect
      ready(plan, update); // 5, with keys and masks where the policy has them
      Optional<KeyPage.Keying> keys = plan.isMasked() ? key(plan) : Optional.empty();
      ShardLayout layout = layout(plan);
      Optional<Contribution> contribution = commit(plan, layout, update, keys);
      exchange(plan, layout, contribution); // 6
      seal(); // 7
      Blocks sum = aggregate(plan, layout); // 8
      Optional<Crosscheck.Checked> bare =
          plan.isMasked() ? Optional.of(release(plan, layout, sum)) : Optional.empty();
      RoundResult result = result(plan, bare.map(Crosscheck.Checked::sums).orElse(List.of(sum)));
      attest(plan, result, bare.map(Crosscheck.Checked::unmasked)); // 9
      bare.ifPresent(done -> check(done.checks()));
    } catch (RoundOverException e) {
      note("the round ended before this peer was through with it");
    }
    return close(); // 10
  }

  /** Step 1: what the round is, and the model it begins from. */
  private RoundPlan read() {
    step(RoundStep.READ);
    RoundView view = vigil.view();
    node.archive().index(view);
    RoundOpened opened = view.opened();
    Study study = view.study();
    ModelStore models = new ModelStore(node.archive(), node.peers(), desk.me());
    RoundResult.Base base =
        models.base(study, opened).orElseGet(() -> awaitBase(models, study, opened));
    return new RoundPlan(opened, study, base, opened.context(node.consortium()));
  }

  private RoundResult.Base awaitBase(ModelStore models, Study study, RoundOpened opened) {
    note("waiting for the base model " + opened.baseModel().brief());
    List<RoundResult.Base> found = new ArrayList<>();
    var _ =
        vigil.await(
            view -> !found.isEmpty(),
            view -> {
              models.base(study, opened).ifPresent(found::add);
              return !found.isEmpty();
            });
    return found.getFirst();
  }

  /** Steps 2 to 4, or what they made before: nothing is trained twice for one base. */
  private Optional<PreparedUpdate> prepare(RoundPlan plan) {
    Optional<PreparedUpdate> journalled =
        node.journal()
            .update(round.study())
            .filter(update -> update.terms().equals(plan.opened().terms()))
            .filter(update -> update.base().equals(plan.opened().baseModel()))
            .filter(update -> update.fits(plan.study().vector()));
    if (journalled.isPresent() && isUsable(journalled.get())) {
      return journalled;
    }
    node.journal().forget(round.study());
    if (!isExpected(Phase.READY)) {
      return Optional.empty();
    }
    try {
      Citation citation = select(plan);
      Site.LocalUpdate update = train(plan);
      return Optional.of(protect(plan, citation, update));
    } catch (SiteException | EncodingException e) {
      note("no contribution: " + e.getMessage());
      return Optional.empty();
    }
  }

  private boolean isUsable(PreparedUpdate update) {
    Ready said = vigil.view().ready().get(desk.me());
    return (said != null && said.update().equals(update.commitment()))
        || (!node.records().isWithdrawn(round.study(), update.consent())
            && !node.records().isSpent(round, update.commitment()));
  }

  private boolean isExpected(Phase phase) {
    RoundView view = vigil.view();
    return view.opened().members().contains(desk.me())
        && view.phase().filter(now -> now == phase).isPresent();
  }

  /** Step 2: which rows may be used, as two commitments on the ledger. */
  private Citation select(RoundPlan plan) {
    step(RoundStep.SELECT);
    if (!node.site().code().equals(plan.study().code())) {
      throw new SiteException(
          "the study asks for other training code than this program has; use the program that it"
              + " names, or propose a version of the study for this one",
          null);
    }
    return node.records().cite(plan.study(), node.site().select(plan.study()));
  }

  /** Step 3. */
  private Site.LocalUpdate train(RoundPlan plan) {
    step(RoundStep.TRAIN);
    return node.site().train(plan);
  }

  /** Step 4: clipped integers, with everything that is drawn for them, in the journal. */
  private PreparedUpdate protect(RoundPlan plan, Citation citation, Site.LocalUpdate update) {
    step(RoundStep.PROTECT);
    Study study = plan.study();
    if (update.rows() > study.privacy().weightCap()) {
      throw new SiteException(
          "the site has "
              + update.rows()
              + " rows, the study allows "
              + study.privacy().weightCap()
              + " (weight-cap); propose a version of the study with a larger one",
          null);
    }
    Weight weight =
        Weight.of(study.privacy().weights(), update.rows(), study.privacy().weightCap());
    RoundEncoding encoding = RoundEncoding.of(study, plan.base(), node.random());
    var blocks =
        FixedPoint.encode(study.vector(), weight, update.change(), update.metrics(), encoding);
    Salt salt = drawSalt();
    ModelId base = plan.opened().baseModel();
    PreparedUpdate prepared =
        new PreparedUpdate(
            plan.opened().terms(),
            base,
            blocks,
            salt,
            drawSalt(),
            UpdateCommitment.of(study.id(), base, desk.me(), salt, blocks),
            citation.consent(),
            citation.dataset(),
            Math.toIntExact(weight.units()));
    node.journal().keep(study.id(), prepared);
    return prepared;
  }

  private Salt drawSalt() {
    byte[] salt = new byte[Digest.BYTES];
    node.random().nextBytes(salt);
    return Salt.of(salt);
  }

  /** Step 5, first part: the update is made. Once all have said so, it is clear who takes part. */
  private void ready(RoundPlan plan, Optional<PreparedUpdate> update) {
    step(RoundStep.CONTRIBUTE);
    if (update.isPresent() && isExpected(Phase.READY)) {
      PreparedUpdate made = update.get();
      say(
          new Ready(
              round.study(),
              round.number(),
              made.commitment(),
              made.consent(),
              made.dataset(),
              node.site().code(),
              plan.isMasked() ? new Masking(node, plan, desk).kemKey() : null,
              Masking.units(plan, made)));
    }
    var _ = vigil.await(v -> v.shards().isPresent() || isPast(v, Phase.READY), Duty.NONE);
  }

  /** Step 5, second part, under masked policies: secrets in pairs, shares among all. */
  private Optional<KeyPage.Keying> key(RoundPlan plan) {
    step(RoundStep.KEY);
    return new Masking(node, plan, desk).agree();
  }

  private ShardLayout layout(RoundPlan plan) {
    RoundView view = vigil.await(v -> v.shards().isPresent(), Duty.NONE);
    return plan.layout(view.shards().orElseThrow());
  }

  /** Step 5, last part: commit to the pieces before anyone sees one (R4). */
  private Optional<Contribution> commit(
      RoundPlan plan,
      ShardLayout layout,
      Optional<PreparedUpdate> update,
      Optional<KeyPage.Keying> keys) {
    RoundView view = vigil.view();
    Ready said = view.ready().get(desk.me());
    Optional<Contribution> contribution =
        update
            .filter(made -> said != null && said.update().equals(made.commitment()))
            .filter(made -> layout.map().line().contains(desk.me()))
            .flatMap(
                made ->
                    plan.isMasked()
                        ? new Masking(node, plan, desk).mask(layout, made, keys)
                        : cut(layout, made));
    contribution.ifPresent(
        made -> {
          made.pieces().forEach(piece -> node.archive().keep(round, piece, made.root()));
          if (isExpected(Phase.COMMITTED)) {
            Phase before = plan.isMasked() ? Phase.KEYED : Phase.READY;
            Digest phase = vigil.view().phaseHash(before);
            say(new Committed(round.study(), round.number(), phase, made.root()));
          }
        });
    var _ = vigil.await(v -> isPast(v, Phase.COMMITTED), Duty.NONE);
    Committed stands = vigil.view().committed().get(desk.me());
    return contribution.filter(made -> stands != null && stands.root().equals(made.root()));
  }

  private Optional<Contribution> cut(ShardLayout layout, PreparedUpdate made) {
    return Optional.of(Contribution.cut(layout, desk.me(), made.blocks(), made.shardSalt()));
  }

  /** Whether the phase is behind the round. */
  private static boolean isPast(RoundView view, Phase phase) {
    return view.phase().map(now -> now.compareTo(phase) > 0).orElse(view.due().isPresent())
        || view.sealed().isPresent();
  }

  /** Step 6: pieces to owners, receipts from owners. */
  private void exchange(RoundPlan plan, ShardLayout layout, Optional<Contribution> contribution) {
    step(RoundStep.EXCHANGE);
    Optional<Courier> courier =
        plan.isMasked()
            ? Optional.of(new Courier(node, plan.holders(vigil.view()), plan.keys()))
            : Optional.empty();
    PieceExchange exchange = new PieceExchange(desk, plan, layout, contribution, courier);
    var _ =
        vigil.await(
            v ->
                v.sealed().isPresent()
                    || (isPast(v, Phase.COMMITTED)
                        && v.phase().filter(phase -> phase == Phase.RECEIPTED).isEmpty()),
            exchange);
  }

  /** Step 7: who is in becomes a fact, and their updates are spent. */
  private void seal() {
    step(RoundStep.SEAL);
    Sealed set = vigil.await(v -> v.sealed().isPresent(), Duty.NONE).sealed().orElseThrow();
    if (set.contributors().contains(desk.me())) {
      note("the update is in; " + set.contributors().size() + " contributors");
    }
    vigil.ask(NearSets::sentence).ifPresent(this::note);
  }

  /** Step 8: sum what this peer owns, gather the rest. */
  private Blocks aggregate(RoundPlan plan, ShardLayout layout) {
    step(RoundStep.AGGREGATE);
    ShardSummation summation = new ShardSummation(desk, plan, layout);
    List<List<ShardSum>> gathered = new ArrayList<>();
    var _ =
        vigil.await(
            v -> !gathered.isEmpty(),
            v -> {
              if (!isSummed(v)) {
                return summation.sum(v);
              }
              if (!plan.isGrouped() || (v.released().isPresent() && summation.holdsAll(v))) {
                summation.gather(v).ifPresent(gathered::add);
              }
              return !gathered.isEmpty();
            });
    if (plan.isMasked()) {
      Accusations.wrongSums(plan, desk, vigil.view().disputed());
    }
    return Aggregation.join(layout, gathered.getFirst());
  }

  private static boolean isSummed(RoundView view) {
    return view.due().isPresent()
        || view.phase().filter(now -> now.compareTo(Phase.SHARD_RESULT) > 0).isPresent();
  }

  /**
   * Under masked policies: the masks come off, for good, and the sum is held against all others'.
   */
  private Crosscheck.Checked release(RoundPlan plan, ShardLayout layout, Blocks masked) {
    step(RoundStep.RELEASE);
    Courier courier = new Courier(node, plan.holders(vigil.view()), plan.keys());
    Release.Bare bare = new Release(node, plan, desk, courier, layout).run(masked);
    step(RoundStep.CHECK);
    Crosscheck.Checked checked = new Crosscheck(node, plan, desk, courier, bare).run(masked, bare);
    courier.equivocations().forEach(two -> Accusations.equivocation(plan, desk, two));
    return checked;
  }

  /** Decode, take the server's step. */
  private RoundResult result(RoundPlan plan, List<Blocks> sums) {
    RoundView view = vigil.view();
    RoundResult result =
        plan.isGrouped()
            ? GroupOutcome.of(plan, view, sums, this::note)
            : RoundResult.of(plan.study(), plan.base(), sums.getFirst(), Contributors.of(view));
    keep(result);
    if (result instanceof RoundResult.Computed computed && !computed.metrics().isEmpty()) {
      note("the base model over all contributors: " + computed.metrics());
    }
    return result;
  }

  private void keep(RoundResult result) {
    if (result instanceof RoundResult.Computed computed) {
      var _ = node.archive().keep(computed.model().file());
      OptimiserState state = computed.optimiserState();
      if (state != null) {
        var _ = node.archive().keep(state.toFile());
      }
    }
  }

  /** Step 9: validate and vote. */
  private void attest(RoundPlan plan, RoundResult result, Optional<Unmasked> unmasked) {
    step(RoundStep.ATTEST);
    if (!isExpected(Phase.ATTESTED) || vigil.view().attested().containsKey(desk.me())) {
      return;
    }
    Policy policy = plan.study().privacy().policy();
    Digest phase = vigil.view().phaseHash(Phase.ATTESTED.before(policy));
    Attestation said =
        switch (result) {
          case RoundResult.Impossible(String reason) -> {
            note("no result: " + reason);
            ModelId base = plan.opened().baseModel();
            ModelId state = plan.opened().optimiserState();
            yield new Attestation(base, state, Vote.REJECT, new TreeMap<>());
          }
          case RoundResult.Computed computed -> {
            Site.Evaluation evaluation = evaluate(plan, computed);
            OptimiserState state = computed.optimiserState();
            yield new Attestation(
                computed.model().id(),
                state == null ? null : state.id(),
                vote(plan.study().acceptance(), evaluation),
                shown(evaluation));
          }
        };
    say(
        new Attested(
            round.study(),
            round.number(),
            phase,
            said.model(),
            said.state(),
            said.vote(),
            said.evaluation(),
            unmasked.orElse(null)));
  }

  private record Attestation(
      ModelId model, @Nullable ModelId state, Vote vote, SortedMap<String, Decimal> evaluation) {}

  private Site.Evaluation evaluate(RoundPlan plan, RoundResult.Computed computed) {
    try {
      return node.site().evaluate(plan.study(), computed.model());
    } catch (SiteException e) {
      note("no validation: " + e.getMessage());
      return new Site.Evaluation(0, new TreeMap<>());
    }
  }

  private static Vote vote(AcceptanceRule rule, Site.Evaluation evaluation) {
    if (evaluation.rows() == 0) {
      return Vote.ABSTAIN;
    }
    if (rule.metric() == null || rule.minimum() == null) {
      return Vote.ACCEPT;
    }
    Double value = evaluation.metrics().get(rule.metric());
    if (value == null) {
      return Vote.ABSTAIN;
    }
    return value >= rule.minimum().toDouble() ? Vote.ACCEPT : Vote.REJECT;
  }

  /**
   * Two digits, and nothing from fewer than ten rows: enough to see trouble, too coarse to count.
   */
  private static SortedMap<String, Decimal> shown(Site.Evaluation evaluation) {
    SortedMap<String, Decimal> shown = new TreeMap<>();
    if (evaluation.rows() >= EVALUATION_ROWS_MIN) {
      evaluation
          .metrics()
          .forEach((name, value) -> shown.put(name, Decimal.of(Math.rint(value * 100) / 100)));
    }
    return shown;
  }

  /** Whether what the ledger has of all contributions adds up; known once all attested. */
  private void check(CheckSums ofSum) {
    var _ = vigil.ending();
    StatedChecks stated = StatedChecks.of(vigil.view());
    if (!stated.lacking().isEmpty()) {
      note("nobody stated the check sums of " + stated.lacking() + ": they stay open");
    } else if (!stated.total().filter(ofSum::equals).isPresent()) {
      note(
          "the check sums on the ledger do not add up to the sum: koinon audit recompute with all"
              + " archives names whose are wrong");
    }
  }

  /** Step 10: the ending. */
  private RoundOutcome close() {
    step(RoundStep.CLOSE);
    RoundOutcome outcome = RoundOutcome.of(vigil.ending());
    if (vigil.view().sealed().isEmpty()) {
      vigil.ask(NearSets::sentence).ifPresent(this::note);
    }
    return outcome;
  }

  private void say(RoundEntry entry) {
    Optional<Refusal> refusal = vigil.say(entry);
    refusal.ifPresent(why -> note(entry.type() + " was refused: " + why.sentence()));
  }

  private void step(RoundStep step) {
    node.observer().step(round, step);
  }

  private void note(String sentence) {
    node.observer().note(round, sentence);
  }
}
