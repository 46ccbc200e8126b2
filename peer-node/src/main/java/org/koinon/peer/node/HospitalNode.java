package org.koinon.peer.node;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.ledger.VerifiedLog;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.round.PieceDesk;
import org.koinon.peer.round.RoundContext;
import org.koinon.peer.round.StudyRunner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node: it takes what others hand over, serves what they fetch, and takes part in every
 * study that its member is enrolled in.
 */
public final class HospitalNode {
  private static final Logger LOG = LoggerFactory.getLogger(HospitalNode.class);
  private static final long IDLE_MILLIS = 1000;

  private final RoundContext context;
  private final AtomicBoolean stopped = new AtomicBoolean();

  /** Starts to answer others. */
  public HospitalNode(RoundContext context) {
    this.context = context;
    PieceDesk desk = new PieceDesk(context);
    context.peers().serve(desk, desk::serve);
  }

  /** The studies that a member is enrolled in now, in the order of first enrolment. */
  public static List<StudyId> studies(NodeLedger ledger, MemberId member) {
    ledger.poll();
    return ledger.read(
        log -> {
          Set<StudyId> named = new LinkedHashSet<>();
          for (SignedEntry entry : log.entries()) {
            if (entry.entry() instanceof Enrolment enrolment && entry.author().equals(member)) {
              named.add(enrolment.study());
            }
          }
          Membership membership = new Membership(log);
          return named.stream().filter(study -> membership.isEnrolled(study, member)).toList();
        });
  }

  /**
   * Takes part until {@link #stop}. Rounds of different studies run one after the other, in the
   * order of the studies' first enrolment, which is the same at every node.
   */
  public void run() {
    Map<StudyId, StudyRunner> runners = new HashMap<>();
    while (!stopped.get()) {
      try {
        turn(runners);
      } catch (LedgerException e) {
        if (e.advice() != LedgerException.Advice.RETRY) {
          throw e;
        }
        // A round can be run again from its top: what must not happen twice is in the journal.
        LOG.info("the ledger does not answer, trying again: {}", e.getMessage());
        context.timeline().await(stopped::get, context.timeline().now() + IDLE_MILLIS);
      }
    }
  }

  private void turn(Map<StudyId, StudyRunner> runners) {
    long size = context.ledger().read(VerifiedLog::size);
    boolean busy = false;
    for (StudyId study : studies(context.ledger(), context.pen().me())) {
      busy |= runners.computeIfAbsent(study, id -> new StudyRunner(context, id)).advance();
    }
    if (!busy) {
      context
          .timeline()
          .await(() -> stopped.get() || hasGrown(size), context.timeline().now() + IDLE_MILLIS);
    }
  }

  /** Whoever polled: the threads that answer others do so too. */
  private boolean hasGrown(long size) {
    var _ = context.ledger().poll();
    return context.ledger().read(log -> log.size() > size);
  }

  /** Ends {@link #run} at the next occasion. Callable from any thread. */
  public void stop() {
    stopped.set(true);
    context.timeline().wake();
  }
}
