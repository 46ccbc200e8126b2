package org.koinon.network.study;

import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.study.LocalTraining;
import org.koinon.network.yaml.Default;
import org.koinon.network.yaml.NoKeys;

/**
 * The section {@code training} of a study file: what each hospital does in one round.
 *
 * @param optimiser sgd or adam
 * @param learningRate its step
 * @param batchSize rows of a batch; 0 means all rows
 * @param steps batches per round
 * @param proximalMu FedProx's pull towards the base model; 0 means none
 * @param l2 weight decay; 0 means none
 * @param seed of the order of rows
 */
@NoKeys(
    names = {"top-k", "sparse", "site-parameters"},
    why = StudyDefinition.ALL_COORDINATES)
public record TrainingSection(
    @Default("sgd") LocalTraining.Optimiser optimiser,
    Decimal learningRate,
    @Default("32") int batchSize,
    int steps,
    @Default("0") Decimal proximalMu,
    @Default("0") Decimal l2,
    @Default("42") long seed) {
  /** Checks the ranges, as the ledger will. */
  public TrainingSection {
    var _ = new LocalTraining(optimiser, learningRate, batchSize, steps, proximalMu, l2, seed);
  }

  /** The same with another seed. */
  TrainingSection withSeed(long other) {
    return new TrainingSection(optimiser, learningRate, batchSize, steps, proximalMu, l2, other);
  }

  /** The terms on the ledger. */
  LocalTraining terms() {
    return new LocalTraining(optimiser, learningRate, batchSize, steps, proximalMu, l2, seed);
  }
}
