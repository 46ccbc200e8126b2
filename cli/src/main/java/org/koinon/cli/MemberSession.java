package org.koinon.cli;

import java.util.List;
import java.util.function.Function;
import org.koinon.federation.ledger.LedgerState;
import org.koinon.federation.ledger.Membership;
import org.koinon.federation.round.Quorum;
import org.koinon.federation.study.Member;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.ledger.NodeLedger;
import org.koinon.peer.node.NodeHome;
import org.koinon.peer.node.Registrar;
import org.koinon.peer.round.Pen;

/** A member at its ledger, for the time of one command. */
final class MemberSession implements AutoCloseable {
  private final NodeHome home;
  private final Pen.Author author;
  private final NodeLedger ledger;

  private MemberSession(NodeHome home, Pen.Author author, NodeLedger ledger) {
    this.home = home;
    this.author = author;
    this.ledger = ledger;
  }

  /** Reads the key, opens the ledger and verifies it. */
  static MemberSession open(NodeHome home) {
    Pen.Author author = home.author();
    try {
      return new MemberSession(home, author, home.ledger(home.own("registrar.pin")));
    } catch (RuntimeException e) {
      author.key().close();
      throw e;
    }
  }

  NodeHome home() {
    return home;
  }

  MemberId me() {
    return author.member();
  }

  Registrar registrar() {
    return new Registrar(author, ledger);
  }

  <T> T read(Function<Membership, T> question) {
    return state(log -> question.apply(new Membership(log)));
  }

  <T> T state(Function<LedgerState, T> question) {
    ledger.poll();
    return ledger.read(question::apply);
  }

  /** The ledger itself, for questions that need the order of entries. */
  NodeLedger ledger() {
    return ledger;
  }

  /** How many members of the consortium may train. */
  int hospitals() {
    return (int) read(Membership::members).stream().filter(Member::isHospital).count();
  }

  /** How many members approved the study, and how many must. */
  Approvals approvals(Study study) {
    return read(
        membership ->
            new Approvals(
                membership.approvers(study).size(),
                new Quorum(membership.members().size()).votes()));
  }

  /** The state of a vote. */
  record Approvals(int given, int needed) {
    boolean isEnough() {
      return given >= needed;
    }

    @Override
    public String toString() {
      return given + " of " + needed + " approvals";
    }
  }

  /** The newest version of a study. */
  Study newest(StudyId study) {
    List<Study> versions = read(membership -> membership.versions(study));
    if (versions.isEmpty()) {
      throw new ConfigException(
          study.value(), 0, "no study of this name was proposed; see: koinon study list");
    }
    return versions.getLast();
  }

  @Override
  public void close() {
    ledger.close();
    author.key().close();
  }
}
