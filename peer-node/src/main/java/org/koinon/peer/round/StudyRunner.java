package org.koinon.peer.round;

import java.util.List;
import java.util.Optional;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundEntry.Abandoned;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundEntry.RoundOpened;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.lineage.ModelId;
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
  private int released;
  private int reported;

  /** For a study that the member is enrolled in. */
  public StudyRunner(RoundContext node, StudyId study) {
    this.node = node;
    this.study = study;
    this.models = new ModelStore(node.archive(), node.peers(), node.pen().me());
    this.care = new ArchiveCare(node, study);
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
    node.journal().forgetEntries(study, opened.round() - 1);
    node.journal().forgetKeys(study, opened.round() - 1);
    RoundOutcome outcome = new RoundRunner(node, opened.id()).run();
    node.observer().note(opened.id(), "ended: " + outcome.getClass().getSimpleName());
    node.ledger().round(opened.id()).ifPresent(this::settle);
    return true;
  }

  /** Opens the next round, if the study goes on. */
  private boolean open() {
    Optional<RoundOpened> next = node.ledger().read(log -> Rounds.next(log, study));
    if (next.isEmpty() || node.pen().post(next.get()).isPresent()) {
      return false; // no more rounds, or not this member's to open; another may
    }
    node.peers().announce();
    return true;
  }

  /**
   * Lets go of what the journal kept for a round: its entries, and the update unless a retry can
   * use it. Here and not in the round, so that it happens after a crash too.
   */
  private void release(RoundView view, RoundEntry.Ending ending) {
    if (released >= view.opened().round()) {
      return;
    }
    boolean spent =
        node.ledger().read(log -> Rounds.isSpent(log, view.opened().id(), node.pen().me()));
    boolean over = node.ledger().read(log -> Rounds.isOver(log, study));
    if (spent || over || !(ending instanceof Abandoned)) {
      node.journal().forget(study);
    }
    node.journal().forgetEntries(study, view.opened().round());
    node.journal().forgetKeys(study, view.opened().round());
    if (view.study().privacy().policy().isMasked()) {
      List<MemberId> kept = ending instanceof Abandoned ? List.of() : view.contributors();
      view.opened().members().stream()
          .filter(member -> !kept.contains(member))
          .forEach(member -> node.archive().forgetPieces(view, member));
      if (ending instanceof Abandoned) {
        node.keeping().openings().forget(view.opened().id());
      }
    }
    care.ended(view.opened().id());
    released = view.opened().round();
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
        node.peers().announce(node.pen().checkpoint(node.checkpoints()).encode());
        node.observer().over(view.opened().id(), RoundOutcome.of(ending), standing);
      }
    }
  }
}
