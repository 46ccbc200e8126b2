package org.koinon.federation.study;

import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;

/**
 * How the mean update changes the model; every peer computes it alike.
 *
 * @param rule which rule
 * @param learningRate eta
 * @param beta1 momentum of the first moment (all but FedAvg)
 * @param beta2 of the second moment (FedAdam, FedYogi)
 * @param tau added to the root of the second moment (FedAdam, FedYogi, FedAdagrad)
 */
public record ServerOptimiser(
    ServerRule rule, Decimal learningRate, Decimal beta1, Decimal beta2, Decimal tau) {
  /** Checks the ranges. */
  public ServerOptimiser {
    if (learningRate.toDouble() <= 0 || tau.toDouble() < 0) {
      throw new FormatException("", "learningRate must be > 0 and tau >= 0");
    }
    if (!isShare(beta1) || !isShare(beta2)) {
      throw new FormatException("", "beta1 and beta2 must be at least 0 and below 1");
    }
  }

  private static boolean isShare(Decimal beta) {
    return beta.toDouble() >= 0 && beta.toDouble() < 1;
  }

  /** Federated averaging: the mean update is added as it is. */
  public static ServerOptimiser fedAvg() {
    Decimal zero = new Decimal("0");
    return new ServerOptimiser(ServerRule.FED_AVG, new Decimal("1"), zero, zero, zero);
  }
}
