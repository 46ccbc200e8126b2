package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Rejected;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.ledger.Rounds;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.AcceptanceRule;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundPlan;
import org.koinon.peer.round.Site;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;

/** A private sum whose results nobody wants: people are told what only people can do. */
class RejectedAgainTest {
  private static final int PEERS = 5;

  private final Study study =
      demanding(ToyConsortium.maskedStudy(40, 1, 2, ServerOptimiser.fedAvg()));
  private final Notes notes = new Notes();

  @TempDir private Path folder;

  /** A site at which every model does badly. */
  private record Disappointed(ToySite toy) implements Site {
    @Override
    public Digest code() {
      return toy.code();
    }

    @Override
    public Selection select(Study study) {
      return toy.select(study);
    }

    @Override
    public LocalUpdate train(RoundPlan plan) {
      return toy.train(plan);
    }

    @Override
    public Evaluation evaluate(Study study, ModelFile model) {
      var metrics = new TreeMap<String, Double>();
      metrics.put("accuracy", 0.5);
      return new Evaluation(100, metrics);
    }
  }

  private static Study demanding(Study study) {
    return new Study(
        study.id(),
        study.version(),
        study.kind(),
        study.purpose(),
        study.legalBasis(),
        study.privacy(),
        study.vector(),
        study.training(),
        study.server(),
        study.schema(),
        study.code(),
        study.initialModel(),
        study.statistics(),
        study.rounds(),
        study.roundsMax(),
        new AcceptanceRule("accuracy", new Decimal("0.9")),
        study.deadlines());
  }

  private List<String> said(String words) {
    return notes.sentences().stream().filter(note -> note.contains(words)).toList();
  }

  @Test
  void after_the_second_in_a_row_every_node_says_so_and_where_the_study_stops_it_says_why() {
    List<Disappointed> sites =
        IntStream.range(0, PEERS).mapToObj(i -> new Disappointed(new ToySite(i))).toList();
    SimulatedConsortium consortium =
        ToyConsortium.of(sites, study, ToyConsortium.initialModel(study.vector()), folder, 151);

    consortium.run(study.id(), FaultPlan.NONE, notes);

    List<RoundView> rounds = Ledgers.rounds(consortium, study.id());
    assertThat(rounds).hasSize(2).hasSizeLessThan(study.roundsMax());
    assertThat(rounds)
        .allSatisfy(round -> assertThat(round.ending()).containsInstanceOf(Rejected.class));
    assertThat(said("two rounds in a row were rejected"))
        .hasSize(PEERS)
        .allMatch(note -> note.contains("group-opening") && note.contains("koinon audit open"));
    Optional<ModelId> spent = Ledgers.read(consortium, log -> Rounds.spentBase(log, study.id()));
    assertThat(spent).contains(study.initialModel());
    assertThat(said("BASE_SPENT"))
        .hasSize(PEERS)
        .allMatch(note -> note.contains(study.initialModel().brief()))
        .allMatch(note -> note.contains("another initial model"));
  }
}
