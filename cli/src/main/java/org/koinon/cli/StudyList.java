package org.koinon.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.ledger.ConsortiumEntry.Proposed;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The studies on the ledger and how far they are. */
@Command(
    name = "list",
    description = "List the studies on the ledger and how far they are.",
    footer = {"", "Example:", "  koinon study list --config athens/node.yaml"})
final class StudyList extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Option(names = "--json", description = "Print the list as JSON.")
  private boolean json;

  /**
   * A line of the list.
   *
   * @param model the newest final model; empty before the first
   */
  record Line(
      String study,
      int version,
      String kind,
      String policy,
      int approvals,
      int approvalsNeeded,
      List<String> enrolled,
      int roundsDone,
      int rounds,
      String state,
      String model) {}

  @Override
  public Integer call() {
    try (MemberSession session = MemberSession.open(node.home())) {
      List<Line> lines = ids(session).stream().map(id -> line(session, id)).toList();
      if (json) {
        json(lines);
      } else if (lines.isEmpty()) {
        say("No study was proposed yet; see: koinon study propose --help");
      } else {
        table(lines);
      }
      return Faults.YES;
    }
  }

  private static Set<StudyId> ids(MemberSession session) {
    session.ledger().poll();
    return session
        .ledger()
        .read(
            log -> {
              Set<StudyId> ids = new LinkedHashSet<>();
              for (var entry : log.entries()) {
                if (entry.entry() instanceof Proposed(Study study)) {
                  ids.add(study.id());
                }
              }
              return ids;
            });
  }

  private static Line line(MemberSession session, StudyId id) {
    Study newest = session.newest(id);
    var approvals = session.approvals(newest);
    List<String> enrolled =
        session.read(membership -> membership.enrolled(id)).stream()
            .map(member -> member.id().value())
            .toList();
    Optional<RoundView> latest = session.state(state -> Rounds.latest(state, id));
    Optional<Finalised> last =
        latest
            .flatMap(RoundView::ending)
            .filter(Finalised.class::isInstance)
            .map(Finalised.class::cast);
    int done = latest.map(round -> round.opened().step() - (last.isPresent() ? 0 : 1)).orElse(0);
    String model =
        last.map(ending -> ending.model().hex())
            .or(() -> latest.filter(r -> done > 0).map(r -> r.opened().baseModel().hex()))
            .orElse("");
    return new Line(
        id.value(),
        newest.version(),
        RecordCodec.name(newest.kind()),
        RecordCodec.name(newest.privacy().policy()),
        approvals.given(),
        approvals.needed(),
        enrolled,
        done,
        newest.rounds(),
        state(newest, approvals, enrolled.size(), latest, done),
        model);
  }

  private static String state(
      Study study,
      MemberSession.Approvals approvals,
      int enrolled,
      Optional<RoundView> latest,
      int done) {
    if (done >= study.rounds()) {
      return "done";
    }
    if (latest.isPresent()) {
      RoundView round = latest.get();
      String what =
          round.ending().isPresent()
              ? round.ending().get().type().toLowerCase(java.util.Locale.ROOT)
              : round.phase().map(RecordCodec::name).orElse("computing");
      return "round " + round.opened().round() + ": " + what;
    }
    if (!approvals.isEnough()) {
      return "waits for approvals";
    }
    return enrolled < study.privacy().minimum() ? "waits for hospitals" : "ready to start";
  }

  private void table(List<Line> lines) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of("STUDY", "VERSION", "KIND", "POLICY", "APPROVED", "ENROLLED", "ROUNDS", "STATE"));
    for (Line line : lines) {
      rows.add(
          List.of(
              line.study(),
              Integer.toString(line.version()),
              line.kind(),
              line.policy(),
              line.approvals() + "/" + line.approvalsNeeded(),
              Integer.toString(line.enrolled().size()),
              line.roundsDone() + "/" + line.rounds(),
              line.state()));
    }
    out().print(Columns.of(rows));
    out().flush();
  }
}
