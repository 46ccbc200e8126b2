package org.koinon.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.Standardisation;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.federation.study.StudyKind;
import org.koinon.network.study.StudyCheck;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.site.StudyDraft;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Puts a study's terms on the ledger, and before it the statistics study that it needs. */
@Command(
    name = "propose",
    description = {
      "Propose a study.",
      "One with 'standardise: federated' takes two steps: first its statistics study is proposed;",
      "once that has a result, the same command proposes the study itself."
    },
    footer = {"", "Example:", "  koinon study propose --config athens/node.yaml study.yaml"})
final class StudyPropose extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Parameters(paramLabel = "FILE", description = "The study file.")
  private Path file = Path.of("study.yaml");

  @Override
  public Integer call() {
    StudyFile study = StudyFile.read(file);
    try (MemberSession session = MemberSession.open(node.home())) {
      StudyCheck check = study.check(session.hospitals());
      if (!check.isAccepted()) {
        throw new ConfigException(
            file.toString(), 0, "cannot run: " + String.join("; ", check.problems()));
      }
      int code = propose(study, session);
      check.notes().forEach(note -> say("note: " + note));
      return code;
    }
  }

  private int propose(StudyFile file, MemberSession session) {
    var definition = file.definition();
    if (definition.kind() == StudyKind.STATISTICS) {
      var _ =
          stand(session, definition.id(), v -> StudyDraft.statistics(definition, file.schema(), v));
      return Faults.YES;
    }
    if (definition.standardisation() != Standardisation.FEDERATED) {
      var _ = stand(session, definition.id(), v -> draft(file, v, Optional.empty()));
      return Faults.YES;
    }
    StudyId companion = definition.statisticsId();
    boolean isNew =
        stand(session, companion, v -> StudyDraft.statistics(definition, file.schema(), v));
    Optional<ModelId> result = result(session, companion);
    if (result.isEmpty()) {
      say("Then, once " + companion + " has its result, run this command again for the study.");
      return isNew ? Faults.YES : Faults.NO;
    }
    Optional<ModelFile> statistics = session.home().archive().model(result.get());
    if (statistics.isEmpty()) {
      throw new ConfigException(
          session.home().archive().modelPath(result.get()).toString(),
          0,
          "the result of "
              + companion
              + " is not in this node's archive; run the node until it has it, or copy the file"
              + " from another member");
    }
    var _ = stand(session, definition.id(), v -> draft(file, v, statistics));
    return Faults.YES;
  }

  private static StudyDraft draft(StudyFile file, int version, Optional<ModelFile> statistics) {
    return StudyDraft.training(file.definition(), file.schema(), version, statistics);
  }

  /** Proposes the draft unless its terms are the newest already; whether it did. */
  private boolean stand(MemberSession session, StudyId id, IntFunction<StudyDraft> drafts) {
    List<Study> versions = session.read(membership -> membership.versions(id));
    if (!versions.isEmpty()) {
      StudyDraft same = drafts.apply(versions.size());
      if (same.study().equals(versions.getLast())) {
        var _ = session.home().archive().keep(same.initialModel().file());
        say(
            id
                + " version "
                + versions.size()
                + " stands: "
                + session.approvals(same.study())
                + ".");
        return false;
      }
    }
    StudyDraft draft = drafts.apply(versions.size() + 1);
    ModelId model = session.home().archive().keep(draft.initialModel().file());
    session.registrar().propose(draft.study());
    say("Proposed " + id + " version " + draft.study().version() + "; initial model " + model);
    say("Next: members run: koinon study approve --config NODE.YAML " + id);
    say("      hospitals run: koinon study enrol --config NODE.YAML " + id);
    say("It needs " + session.approvals(draft.study()).needed() + " approvals.");
    return true;
  }

  private static Optional<ModelId> result(MemberSession session, StudyId study) {
    return session
        .state(state -> Rounds.latest(state, study))
        .flatMap(round -> round.ending())
        .filter(Finalised.class::isInstance)
        .map(ending -> ((Finalised) ending).model());
  }
}
