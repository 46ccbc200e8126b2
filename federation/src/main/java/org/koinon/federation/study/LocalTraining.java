package org.koinon.federation.study;

import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;

/**
 * What each hospital does with the base model in one round.
 *
 * @param optimiser the local optimiser
 * @param learningRate its step
 * @param batchSize rows of a batch; 0 means all rows
 * @param steps batches per round
 * @param proximalMu FedProx's mu; 0 means none
 * @param l2 weight decay; 0 means none
 * @param seed of the order of rows; the round's number is added
 */
public record LocalTraining(
    Optimiser optimiser,
    Decimal learningRate,
    int batchSize,
    int steps,
    Decimal proximalMu,
    Decimal l2,
    long seed) {
  /** Local optimisers. */
  public enum Optimiser {
    /** Plain stochastic gradient descent. */
    SGD,
    /** Adam, its moments reset each round. */
    ADAM
  }

  /** Checks the ranges. */
  public LocalTraining {
    if (learningRate.toDouble() <= 0 || proximalMu.toDouble() < 0 || l2.toDouble() < 0) {
      throw new FormatException("", "learningRate must be > 0, proximalMu and l2 >= 0");
    }
    if (batchSize < 0 || batchSize > 1_000_000 || steps < 1 || steps > 10_000_000) {
      throw new FormatException("", "batchSize must be 0 to 10^6, steps 1 to 10^7");
    }
  }
}
