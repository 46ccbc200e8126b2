package org.koinon.audit.lineage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.koinon.audit.verify.RoundAudit;
import org.koinon.federation.ledger.RoundEntry.Finalised;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.StudyKind;

/**
 * Where a model came from.
 *
 * @param model which
 * @param rounds that made it, the newest first; none if it is an initial model
 * @param initial what the first of them started from
 * @param statistics lineages of the statistics that its studies took their preprocessing from
 */
public record Lineage(
    ModelId model, List<RoundAudit> rounds, ModelId initial, List<Lineage> statistics) {
  /** Copies. */
  public Lineage {
    rounds = List.copyOf(rounds);
    statistics = List.copyOf(statistics);
  }

  /** Whether this model is the result of a statistics study. */
  public boolean isStatistics() {
    return !rounds.isEmpty() && rounds.getFirst().study().kind() == StudyKind.STATISTICS;
  }

  /**
   * The lineage of a model or of an optimiser state, if the rounds name it.
   *
   * @param rounds in the order of the log
   */
  public static Optional<Lineage> of(ModelId model, List<RoundAudit> rounds) {
    boolean isNamed =
        rounds.stream()
            .anyMatch(
                round ->
                    round.base().equals(model)
                        || round.study().initialModel().equals(model)
                        || makes(round, model));
    return isNamed ? Optional.of(trace(model, rounds)) : Optional.empty();
  }

  private static Lineage trace(ModelId model, List<RoundAudit> rounds) {
    List<RoundAudit> path = new ArrayList<>();
    List<Lineage> statistics = new ArrayList<>();
    ModelId at = model;
    List<RoundAudit> before = rounds;
    for (Optional<RoundAudit> maker = maker(at, before);
        maker.isPresent();
        maker = maker(at, before)) {
      RoundAudit round = maker.get();
      path.add(round);
      before = before.stream().filter(r -> r.position() < round.position()).toList();
      ModelId used = round.study().statistics();
      if (used != null && statistics.stream().noneMatch(known -> known.model().equals(used))) {
        statistics.add(trace(used, before));
      }
      at = round.base();
    }
    return new Lineage(model, path, at, statistics);
  }

  /** The newest round that made it. */
  private static Optional<RoundAudit> maker(ModelId model, List<RoundAudit> rounds) {
    return rounds.reversed().stream().filter(round -> makes(round, model)).findFirst();
  }

  private static boolean makes(RoundAudit round, ModelId model) {
    return round.ending() instanceof Finalised finalised
        && (finalised.model().equals(model) || model.equals(finalised.optimiserState()));
  }
}
