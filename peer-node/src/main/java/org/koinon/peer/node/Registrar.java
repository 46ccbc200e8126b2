package org.koinon.peer.node;

import java.util.List;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry.Approval;
import org.koinon.federation.ledger.ConsortiumEntry.Enrolment;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.ConsortiumEntry.Withdrawal;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.round.Pen;

/** Says for a member what is said outside rounds: founding, studies, enrolment, withdrawal. */
public final class Registrar {
  private final Pen.Author author;
  private final NodeLedger ledger;

  /** For that member. */
  public Registrar(Pen.Author author, NodeLedger ledger) {
    this.author = author;
    this.ledger = ledger;
  }

  /** Proposes a study, or a new version of one. */
  public void propose(Study study) {
    say(new Proposed(study));
  }

  /** Approves a version of a study. */
  public void approve(Study study) {
    say(new Approval(new Proposed(study).bodyDigest()));
  }

  /** Takes part in a study from now on; nothing is said if it does already. */
  public void enrol(StudyId study) {
    setEnrolment(study, true);
  }

  /** Leaves a study; nothing is said if it has left already. */
  public void leave(StudyId study) {
    setEnrolment(study, false);
  }

  private void setEnrolment(StudyId study, boolean active) {
    ledger.poll();
    List<Enrolment> before =
        ledger.read(log -> new Membership(log).enrolments(study, author.member()));
    boolean is = !before.isEmpty() && before.getLast().active();
    if (is != active) {
      say(new Enrolment(study, before.size() + 1, active));
    }
  }

  /** Declares the newest consent snapshot of a study void; the next round needs a new one. */
  public void withdraw(StudyId study) {
    ledger.poll();
    int newest = ledger.read(log -> new Membership(log).consents(study, author.member())).size();
    if (newest > 0) {
      say(new Withdrawal(study, newest));
    }
  }

  /**
   * Says anything.
   *
   * @throws RefusedEntryException when the ledger refuses it
   */
  public void say(Entry entry) {
    ledger.poll();
    SignedEntry signed =
        SignedEntry.sign(author.consortium(), author.member(), author.key(), ledger.seen(), entry);
    if (ledger.append(signed) instanceof Admission.Refused refused) {
      throw new RefusedEntryException(signed.entryKey(), refused);
    }
  }
}
