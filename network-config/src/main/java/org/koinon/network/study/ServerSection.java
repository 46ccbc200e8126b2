package org.koinon.network.study;

import org.jspecify.annotations.Nullable;
import org.koinon.federation.encoding.Decimal;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.ServerOptimiser;
import org.koinon.federation.study.ServerRule;
import org.koinon.network.yaml.Default;

/**
 * The section {@code server} of a study file: how the mean update changes the model.
 *
 * @param rule which rule
 * @param learningRate eta
 * @param beta1 momentum; 0.9 where the rule has it, refused where it has not
 * @param beta2 of the second moment; 0.999 where the rule has it
 * @param tau beside the root of the second moment; 1e-8 where the rule has it
 */
public record ServerSection(
    @Default("fed-avg") ServerRule rule,
    @Default("1") Decimal learningRate,
    @Nullable Decimal beta1,
    @Nullable Decimal beta2,
    @Nullable Decimal tau) {
  private static final Decimal ZERO = new Decimal("0");

  /** Refuses numbers that the rule does not use, and checks the ranges. */
  public ServerSection {
    refuseUnused(rule, "beta1", beta1, hasBeta1(rule));
    refuseUnused(rule, "beta2", beta2, hasBeta2(rule));
    refuseUnused(rule, "tau", tau, hasTau(rule));
    var _ = terms(rule, learningRate, beta1, beta2, tau);
  }

  /** The terms on the ledger; numbers that the rule does not use are 0. */
  ServerOptimiser terms() {
    return terms(rule, learningRate, beta1, beta2, tau);
  }

  private static ServerOptimiser terms(
      ServerRule rule,
      Decimal learningRate,
      @Nullable Decimal beta1,
      @Nullable Decimal beta2,
      @Nullable Decimal tau) {
    return new ServerOptimiser(
        rule,
        learningRate,
        hasBeta1(rule) ? or(beta1, "0.9") : ZERO,
        hasBeta2(rule) ? or(beta2, "0.999") : ZERO,
        hasTau(rule) ? or(tau, "0.00000001") : ZERO);
  }

  private static boolean hasBeta1(ServerRule rule) {
    return rule != ServerRule.FED_AVG;
  }

  private static boolean hasBeta2(ServerRule rule) {
    return rule == ServerRule.FED_ADAM || rule == ServerRule.FED_YOGI;
  }

  private static boolean hasTau(ServerRule rule) {
    return hasBeta2(rule) || rule == ServerRule.FED_ADAGRAD;
  }

  private static Decimal or(@Nullable Decimal given, String standard) {
    return given == null ? new Decimal(standard) : given;
  }

  private static void refuseUnused(
      ServerRule rule, String key, @Nullable Decimal value, boolean isUsed) {
    if (value != null && !isUsed) {
      throw new FormatException(
          "", "the rule " + RecordCodec.name(rule) + " has no " + key + ": remove it");
    }
  }
}
