package org.koinon.peer.round;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/**
 * One study at one hospital: round after round, until the study has no more or the node stops.
 *
 * <p>Anyone may open the next round; its entry follows from those before, so that all say the same.
 */
public final class StudyRunner {
  private final RoundContext node;
  private final StudyId study;
  private final ModelStore models;
  private final ArchiveCare care;
  private final Turns turns;
  private int released;
  private int reported;
  private @Nullable ModelId stoppedAt;

  /** For a study that the member is enrolled in. */
  public StudyRunner(RoundContext node, StudyId study) {
    this.node = node;
    this.study = study;
    this.models = new ModelStore(node.archive(), node.peers(), node.pen().me());
    this.care = new ArchiveCare(node, study);
    this.turns = new Turns(node.pen().me(), node.timeline());
  }

  /**
   * Does what there is to do: runs the open round to its ending, or opens the next.
   *
   * @return whether there was anything to do
   */
  public boolean advance() {
    node.ledger().poll();
    Optional<RoundView> latest = node.ledger().read(log -> Rounds.latest(log, study));
    if (latest.isPresent() && latest.get().ending().isEmpty()) {
      return take(latest.get().opened());
    }
    latest.ifPresent(this::settle);
    return open();
  }

  private boolean take(RoundOpened opened) {
    if (!opened.members().contains(node.pen().me())) {
      return false;
    }
    catchUp(opened.round() - 1);
    RoundOutcome outcome = new RoundRunner(node, opened.id()).run();
    node.observer().note(opened.id(), "ended: " + outcome.getClass().getSimpleName());
    node.ledger().round(opened.id()).ifPresent(this::settle);
    return true;
  }

  /** Lets go of what rounds left here that ended while this node was away. */
  private void catchUp(int throughRound) {
    node.journal().forgetEntries(study, throughRound);
    node.journal().forgetKeys(study, throughRound);
    for (int number = released + 1; number <= throughRound; number++) {
      RoundId round = new RoundId(study, number);
      node.ledger()
          .read(log -> RoundView.of(log, round))
          .filter(view -> view.opened().members().contains(node.pen().me()))
          .ifPresent(view -> view.ending().ifPresent(ending -> clear(view, ending)));
      released = number;
    }
  }

  /** Opens the next round, if the study goes on, in this member's turn. */
  private boolean open() {
    long size = node.ledger().read(VerifiedLog::size);
    Optional<RoundOpened> next = node.ledger().read(log -> Rounds.next(log, study));
    if (next.isEmpty()) {
      noteSpentBase();
    } else if (isOthersTurn(next.get(), size)) {
      return true;
    }
    if (next.isEmpty() || node.pen().post(next.get()).isPresent()) {
      return false; // no more rounds, or not this member's to open; another may
    }
    node.peers().announce();
    return true;
  }

  /** Whether it waited for its turn, or until something was written: then it looks again. */
  private boolean isOthersTurn(RoundOpened next, long size) {
    long turn = turns.turn(next, next);
    if (node.timeline().now() >= turn) {
      return false;
    }
    node.timeline()
        .await(() -> node.ledger().poll() || node.ledger().read(log -> log.size() > size), turn);
    return true;
  }

  /** Says once that the study stands still, and what sets it going again. */
  private void noteSpentBase() {
    ModelId spent = node.ledger().read(log -> Rounds.spentBase(log, study)).orElse(null);
    Optional<RoundView> latest = node.ledger().read(log -> Rounds.latest(log, study));
    if (spent == null || latest.isEmpty() || spent.equals(stoppedAt)) {
      return;
    }
    stoppedAt = spent;
    node.observer()
        .note(
            latest.get().opened().id(),
            "the study stops: two sums were opened on the model "
                + spent.brief()
                + ", and a third would show single hospitals (BASE_SPENT); propose a version of"
                + " the study with another initial model");
  }

  /**
   * Lets go of what the journal kept for a round: its entries, and the update unless a retry can
   * use it. Here and not in the round, so that it happens after a crash too.
   */
  private void release(RoundView view, RoundEntry.Ending ending) {
    if (released >= view.opened().round()) {
      return;
    }
    catchUp(view.opened().round() - 1);
    boolean spent =
        node.ledger().read(log -> Rounds.isSpent(log, view.opened().id(), node.pen().me()));
    boolean over = node.ledger().read(log -> Rounds.isOver(log, study));
    if (spent || over || !(ending instanceof Abandoned)) {
      node.journal().forget(study);
    }
    node.journal().forgetEntries(study, view.opened().round());
    node.journal().forgetKeys(study, view.opened().round());
    clear(view, ending);
    released = view.opened().round();
  }

  /** Deletes what must not be kept of a round that is over; its window begins. */
  private void clear(RoundView view, RoundEntry.Ending ending) {
    if (view.study().privacy().policy().isMasked()) {
      List<MemberId> kept = ending instanceof Abandoned ? List.of() : view.contributors();
      view.opened().members().stream()
          .filter(member -> !kept.contains(member))
          .forEach(member -> node.archive().forgetPieces(view, member));
      node.archive().forgetParts(view.opened().id());
      if (ending instanceof Abandoned) {
        node.keeping().openings().forget(view.opened().id());
        forgetLost(view);
      }
    }
    care.ended(view.opened().id());
  }

  /** Of an attempt that was lost after its opening nothing is used again, inside the sum or out. */
  private void forgetLost(RoundView view) {
    Ready said = view.ready().get(node.pen().me());
    if (said != null && view.released().isPresent()) {
      node.journal()
          .update(study)
          .filter(update -> update.commitment().equals(said.update()))
          .ifPresent(update -> node.journal().forget(study));
    }
  }

  /** Makes sure that this peer holds the model that stands after a round, and says so once. */
  private void settle(RoundView view) {
    RoundEntry.Ending ending = view.ending().orElse(null);
    if (ending == null) {
      return;
    }
    release(view, ending);
    care.turn();
    if (reported >= view.opened().round()) {
      return;
    }
    ModelId standing =
        ending instanceof Finalised finalised ? finalised.model() : view.opened().baseModel();
    if (models.file(view, standing).isPresent()) {
      ModelId state = ending instanceof Finalised finalised ? finalised.optimiserState() : null;
      if (state == null || models.file(view, state).isPresent()) {
        reported = view.opened().round();
        noteRejectedAgain(view, ending);
        noteSpentBase();
        node.peers().announce(node.pen().checkpoint(node.checkpoints()).encode());
        node.observer().over(view.opened().id(), RoundOutcome.of(ending), standing);
      }
    }
  }

  /** In a private sum nobody can say whose garbage it was: from here on people decide. */
  private void noteRejectedAgain(RoundView view, RoundEntry.Ending ending) {
    if (ending instanceof Rejected
        && view.study().privacy().policy().isMasked()
        && before(view.opened().round()).filter(Rejected.class::isInstance).isPresent()) {
      node.observer()
          .note(
              view.opened().id(),
              "two rounds in a row were rejected: it may be that one member sends garbage, and the"
                  + " sum does not show which; let the members decide whether to propose a version"
                  + " of the study with policy group-opening, or to have each contribution opened"
                  + " to the study's auditor (koinon audit open)");
    }
  }

  /** How the round before ended, those not counted that gave no result at all. */
  private Optional<RoundEntry.Ending> before(int round) {
    for (int number = round - 1; number >= 1; number--) {
      RoundId earlier = new RoundId(study, number);
      Optional<RoundEntry.Ending> ending =
          node.ledger()
              .read(log -> log.body(RoundEntry.Ending.class, RoundEntry.Ending.key(earlier)));
      if (ending.filter(end -> !(end instanceof Abandoned)).isPresent()) {
        return ending;
      }
    }
    return Optional.empty();
  }
}
