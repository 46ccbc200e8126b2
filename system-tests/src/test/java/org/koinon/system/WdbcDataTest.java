package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.lineage.ModelId;
import org.koinon.peer.round.Site;
import org.koinon.peer.simulation.FaultPlan;
import org.koinon.peer.simulation.SimulatedConsortium;
import org.koinon.peer.site.StudyDraft;
import org.koinon.system.WdbcTable.Behaviour;
import org.koinon.system.WdbcTable.Dealt;

/**
 * Real patients: 11 hospitals, of which 3 send -8 times what they trained, or train on turned
 * labels.
 */
@Tag("data")
class WdbcDataTest {
  private static final int SEEDS = 5;

  @TempDir private static Path tables;
  private static List<Dealt> dealt = List.of();

  @BeforeAll
  static void deal() {
    dealt = Dealt.of(Path.of(System.getProperty("koinon.data")), tables, SEEDS);
  }

  @ParameterizedTest(name = "{0}, {1}: mean accuracy {2} to {3}")
  @CsvSource({
    "mean, NO_ATTACK, 0.96, 1",
    "mean, MINUS_EIGHT, 0, 0.5",
    "median, MINUS_EIGHT, 0.96, 1",
    "trimmed-mean, MINUS_EIGHT, 0.96, 1",
    "krum, MINUS_EIGHT, 0.96, 1",
    "mean, LABEL_FLIP, 0.9, 0.96",
    "median, LABEL_FLIP, 0.96, 1",
    "trimmed-mean, LABEL_FLIP, 0.96, 1",
    "krum, LABEL_FLIP, 0.96, 1"
  })
  void over_five_dealings_the_mean_suffers_and_robust_rules_hold(
      String rule, Behaviour behaviour, double least, double most) {
    double mean =
        dealt.stream().mapToDouble(one -> one.accuracy(rule, behaviour)).average().orElseThrow();

    assertThat(mean).isBetween(least, most);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "mean, MINUS_EIGHT",
    "median, MINUS_EIGHT",
    "trimmed-mean, MINUS_EIGHT",
    "krum, MINUS_EIGHT",
    "median, LABEL_FLIP"
  })
  void a_whole_consortium_ends_with_the_model_of_the_arithmetic_alone(
      String rule, Behaviour behaviour, @TempDir Path folder) {
    Dealt first = dealt.getFirst();
    StudyDraft draft = first.draft(rule);
    ModelFile alone = first.model(draft, behaviour);
    List<Site> sites = behaviour.sites(first.wdbc()::site, first.wdbc()::turnedSite);

    SimulatedConsortium consortium =
        ToyConsortium.of(sites, draft.study(), draft.initialModel(), folder, first.seed());
    consortium.run(draft.study().id(), FaultPlan.NONE, new Notes());

    assertThat(consortium.standing()).hasSize(WdbcTable.PEERS);
    for (var models : consortium.standing().values()) {
      ModelId last = models.get(WdbcTable.ROUNDS);
      assertThat(last).isEqualTo(alone.id());
    }
    var _ = Ledgers.assertAudited(consortium, ToyConsortium.members(WdbcTable.PEERS));
  }
}
