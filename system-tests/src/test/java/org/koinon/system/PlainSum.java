package org.koinon.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.koinon.aggregation.Blocks;
import org.koinon.aggregation.Contributors;
import org.koinon.aggregation.FixedPoint;
import org.koinon.aggregation.RoundResult;
import org.koinon.aggregation.Weight;
import org.koinon.aggregation.Words;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Study;
import org.koinon.peer.round.RoundArchive;
import org.koinon.peer.simulation.SimulatedConsortium;

/** What a toy round's result must be, by adding the integers of its set in the clear. */
final class PlainSum {
  private PlainSum() {}

  /** The round is final, and its model is the sum of its set as the member's models have it. */
  static void assertIsResult(SimulatedConsortium consortium, RoundView round, MemberId member) {
    List<RoundView> rounds = Ledgers.rounds(consortium, round.study().id());
    RoundArchive models = new RoundArchive(consortium.folder(member).resolve("archive"));
    assertThat(round.ending())
        .hasValueSatisfying(
            end ->
                assertThat(end)
                    .isInstanceOfSatisfying(
                        Finalised.class,
                        result ->
                            assertThat(result.model()).isEqualTo(model(rounds, round, models))));
  }

  /** The model of a finalised round of a FedAvg study. */
  static ModelId model(List<RoundView> rounds, RoundView round, RoundArchive models) {
    Study study = round.study();
    List<Blocks> updates = new ArrayList<>();
    for (MemberId member : round.sealed().orElseThrow().contributors()) {
      int trainedIn = firstRound(rounds, round, member);
      ToySite site = new ToySite(ToyConsortium.members(100).indexOf(member));
      var update = site.update(study, trainedIn);
      Weight weight =
          Weight.of(study.privacy().weights(), update.rows(), study.privacy().weightCap());
      updates.add(FixedPoint.encode(study.vector(), weight, update.change(), update.metrics()));
    }
    Blocks sum =
        new Blocks(
            Words.sum(updates.stream().map(Blocks::model).toList()),
            Words.sum(updates.stream().map(Blocks::metrics).toList()));
    ModelFile base = models.model(round.opened().baseModel()).orElseThrow();
    RoundResult result =
        RoundResult.of(study, new RoundResult.Base(base, null), sum, Contributors.of(round));
    return ((RoundResult.Computed) result).model().id();
  }

  /** An update that waited through an abandoned attempt was trained in that one. */
  private static int firstRound(List<RoundView> rounds, RoundView round, MemberId member) {
    Digest update = Objects.requireNonNull(round.ready().get(member)).update();
    return rounds.stream()
        .filter(
            earlier ->
                earlier.ready().containsKey(member)
                    && update.equals(earlier.ready().get(member).update()))
        .findFirst()
        .orElseThrow()
        .opened()
        .round();
  }
}
