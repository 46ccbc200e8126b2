package org.koinon.peer.round;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.RoundEntry;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Separation;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.RoundId;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.time.Timeline;

/**
 * Waits for a round to get somewhere, and does meanwhile what any member may and must: posts the
 * computed entries that are due and records deadlines that have passed (R1, R2, R8).
 *
 * <p>A node waits only when its own entry of the phase stands or cannot come, so that recording a
 * deadline here is always in order.
 */
final class RoundVigil {
  /** Thrown out of a wait when the round has its ending. */
  static final class RoundOverException extends RuntimeException {
    RoundOverException() {
      super("the round is over", null, false, false);
    }
  }

  private final NodeLedger ledger;
  private final Pen pen;
  private final PeerLink peers;
  private final Timeline timeline;
  private final RoundObserver observer;
  private final RoundId round;
  private final Turns turns;
  private final Map<Phase, Long> opened = new EnumMap<>(Phase.class);

  RoundVigil(RoundContext node, RoundId round) {
    this.ledger = node.ledger();
    this.pen = node.pen();
    this.peers = node.peers();
    this.timeline = node.timeline();
    this.observer = node.observer();
    this.round = round;
    this.turns = new Turns(pen.me(), timeline);
  }

  /** A sentence for the operator. */
  void note(String sentence) {
    observer.note(round, sentence);
  }

  /** Where the round stands now. */
  RoundView view() {
    return look().view();
  }

  /** A view, and the length of the log that it is of. */
  private record Look(long size, RoundView view) {}

  private Look look() {
    ledger.poll();
    Look look = ledger.read(log -> new Look(log.size(), ledger.round(round).orElseThrow()));
    look.view().phase().ifPresent(phase -> opened.putIfAbsent(phase, timeline.now()));
    return look;
  }

  /**
   * What the ledger says of the round now, beyond what a view holds; asked while it stands still.
   */
  <T> T ask(Function<RoundView, T> question) {
    ledger.poll();
    return ledger.read(log -> question.apply(RoundView.of(log, round).orElseThrow()));
  }

  /** Whoever polled: a colleague thread may have read what this one waits for. */
  private boolean hasGrown(long size) {
    var _ = ledger.poll();
    return ledger.read(log -> log.size() > size);
  }

  /** Whether this member has said it, or something else under the same key. */
  boolean hasSaid(RoundEntry entry) {
    return ledger.get(entry.key(pen.me())).isPresent();
  }

  /** Says something of this member's own in the round and tells the others. */
  Optional<Refusal> say(RoundEntry entry) {
    Optional<Refusal> refusal = pen.say(entry);
    peers.announce();
    return refusal;
  }

  /**
   * Waits until the view is as wished.
   *
   * @param duty done at every turn while waiting; says whether it changed anything
   * @throws RoundOverException when the round ended first
   */
  RoundView await(Predicate<RoundView> wished, Duty duty) {
    while (true) {
      Look look = look();
      RoundView view = look.view();
      if (view.ending().isPresent()) {
        throw new RoundOverException();
      }
      if (wished.test(view)) {
        return view;
      }
      if (postDue(look) || duty.turn(view)) {
        continue;
      }
      long until = recordDeadlines(view);
      timeline.await(
          () -> duty.isCalled() || hasGrown(look.size()), Math.min(until, nextTurn(view)));
    }
  }

  /** What a member does while it waits. */
  @FunctionalInterface
  interface Duty {
    /** Nothing to do. */
    Duty NONE = view -> false;

    /** One turn; true if something was achieved, so that the round should be looked at again. */
    boolean turn(RoundView view);

    /** Whether a turn is due though the ledger is silent; asked from the waiting thread. */
    default boolean isCalled() {
      return false;
    }
  }

  /** Waits for the ending. */
  RoundEntry.Ending ending() {
    try {
      RoundView never = await(view -> false, Duty.NONE);
      throw new IllegalStateException("waited for nothing in " + never.opened().id());
    } catch (RoundOverException e) {
      return view().ending().orElseThrow();
    }
  }

  /**
   * Posts what is due in this member's turn; true also if it waited for that and is to look again.
   */
  private boolean postDue(Look look) {
    Optional<RoundEntry> due = look.view().due();
    if (due.isEmpty()) {
      return false;
    }
    long turn = turns.turn(look.view().opened(), due.get());
    if (timeline.now() < turn) {
      timeline.await(() -> hasGrown(look.size()), turn);
      return true;
    }
    return post(due.get());
  }

  /** Posts an entry that follows from others, whoever is first. */
  boolean post(RoundEntry computed) {
    if (pen.post(computed).isPresent()) {
      return false; // refused: not this member's to post; another may
    }
    peers.announce();
    return true;
  }

  /** Records what has passed; the time of the next deadline. */
  private long recordDeadlines(RoundView view) {
    Optional<Phase> phase = view.phase();
    if (phase.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long first = deadline(view, phase.get());
    long millis = view.study().deadlines().millis(phase.get());
    for (int n = 1; n <= 2; n++) {
      long passes = first + (isTooEarly(view, phase.get()) ? 1 : n - 1) * millis;
      if (timeline.now() < passes) {
        return passes;
      }
      RoundEntry overdue = new RoundEntry.Overdue(round.study(), round.number(), phase.get(), n);
      if (ledger.get(overdue.key(pen.me())).isEmpty() && isInRoster(view)) {
        say(overdue);
      }
    }
    return Long.MAX_VALUE;
  }

  /** Nobody can release masks between groups that are not drawn: that time does not count. */
  private static boolean isTooEarly(RoundView view, Phase phase) {
    return phase == Phase.SEPARATED && view.separation().flatMap(Separation::coin).isEmpty();
  }

  private boolean isInRoster(RoundView view) {
    return view.opened().members().contains(pen.me());
  }

  /** When the first deadline of the phase passes for this node. */
  long deadline(RoundView view, Phase phase) {
    long since = opened.getOrDefault(phase, timeline.now());
    return since + view.study().deadlines().millis(phase);
  }

  /** Whether half of the phase's time is over: what has not come by now may not come. */
  boolean isHalfOver(RoundView view, Phase phase) {
    return isPartOver(view, phase, 2);
  }

  /** Whether one part in {@code parts} of the phase's time is over. */
  boolean isPartOver(RoundView view, Phase phase, int parts) {
    long millis = view.study().deadlines().millis(phase);
    return timeline.now() >= deadline(view, phase) - millis + millis / parts;
  }

  /** Duties get a turn a few times per deadline even when the ledger is silent. */
  private long nextTurn(RoundView view) {
    long step = view.phase().map(phase -> view.study().deadlines().millis(phase) / 8).orElse(1000L);
    return timeline.now() + Math.clamp(step, 50, 2000);
  }
}
