package org.koinon.peer.training;

/** How a hospital steps along its own gradient; starts afresh in every round. */
public sealed interface LocalOptimiser {
  /** The step size. */
  double learningRate();

  /** Stochastic gradient descent without momentum. */
  record Sgd(double learningRate) implements LocalOptimiser {
    /** Refuses a step that is not positive. */
    public Sgd {
      requirePositive(learningRate);
    }
  }

  /** Adam (Kingma and Ba 2015) with bias correction, beta 0.9 and 0.999, epsilon 1e-8. */
  record Adam(double learningRate) implements LocalOptimiser {
    /** Decay of the first moment. */
    public static final double BETA_1 = 0.9;

    /** Decay of the second moment. */
    public static final double BETA_2 = 0.999;

    /** Added to the root of the second moment. */
    public static final double EPSILON = 1e-8;

    /** Refuses a step that is not positive. */
    public Adam {
      requirePositive(learningRate);
    }
  }

  private static void requirePositive(double learningRate) {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException("The learning rate is positive: " + learningRate);
    }
  }
}
