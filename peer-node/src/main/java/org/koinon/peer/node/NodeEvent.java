package org.koinon.peer.node;

import java.util.Optional;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.study.StudyId;
import org.koinon.gossip.Traffic;
import org.koinon.peer.round.RoundOutcome;
import org.koinon.peer.round.RoundStep;
import org.koinon.peer.site.SiteReport;

/** Something that happened at a node and that its operator may see. */
public sealed interface NodeEvent {
  /** The node is up and answers others. */
  record Up(String listening) implements NodeEvent {}

  /** A step of a round begins. */
  record Step(RoundId round, RoundStep step) implements NodeEvent {}

  /** A sentence for the operator. */
  record Note(RoundId round, String sentence) implements NodeEvent {}

  /** Something that a person must look at. */
  record Alarm(String sentence) implements NodeEvent {}

  /**
   * A round is over.
   *
   * @param round which
   * @param outcome how it ended
   * @param model the model that stands after it
   * @param traffic what the node has sent since it was started
   */
  record Over(RoundId round, RoundOutcome outcome, ModelId model, Traffic traffic)
      implements NodeEvent {}

  /** A study has no more rounds; what it was worth here, if it trained a model. */
  record Done(StudyId study, ModelId model, Optional<SiteReport> report) implements NodeEvent {}
}
