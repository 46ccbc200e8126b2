package org.koinon.peer.training;

/**
 * What every hospital of a study does locally in one round.
 *
 * @param architecture form of the model
 * @param optimiser local optimiser and learning rate
 * @param batchSize rows per update
 * @param effort updates or epochs per round
 * @param penalty pull towards zero and towards the base model
 * @param seed decides the order of the rows; the caller mixes member and round into it
 */
public record TrainingPlan(
    Architecture architecture,
    LocalOptimiser optimiser,
    int batchSize,
    Effort effort,
    Penalty penalty,
    long seed) {

  /**
   * What is added to the gradient {@code g} of the loss: {@code g + l2 * w + mu * (w - base)}, for
   * weights and biases alike.
   *
   * @param l2 weight decay, as PyTorch's {@code weight_decay}
   * @param mu FedProx's proximal term (Li et al. 2020)
   */
  public record Penalty(double l2, double mu) {
    /** No penalty. */
    public static final Penalty NONE = new Penalty(0, 0);

    /** Refuses negative and infinite factors. */
    public Penalty {
      if (!(l2 >= 0 && l2 < Double.MAX_VALUE && mu >= 0 && mu < Double.MAX_VALUE)) {
        throw new IllegalArgumentException("l2 and mu are finite and not negative");
      }
    }
  }

  /** Refuses an impossible batch size. */
  public TrainingPlan {
    if (batchSize < 1 || batchSize > 65_536) {
      throw new IllegalArgumentException("A batch has 1 to 65,536 rows: " + batchSize);
    }
  }

  /** The same plan with another seed. */
  public TrainingPlan withSeed(long other) {
    return new TrainingPlan(architecture, optimiser, batchSize, effort, penalty, other);
  }
}
