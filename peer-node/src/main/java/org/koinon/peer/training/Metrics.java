package org.koinon.peer.training;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.koinon.peer.dataset.DesignMatrix;

/**
 * How well a model did at one site or several, as numerators and denominators that can be added
 * over sites.
 *
 * <p>Accuracy, log loss and Brier score of a sum are those of the pooled rows. AUC of a sum is the
 * sites' AUC weighted by their pairs: patients are compared within a site only, so it is not the
 * AUC of the pooled rows.
 *
 * @param rows patients judged
 * @param positives of them, with a positive label
 * @param correct of them, on the right side of 0.5 (0.5 itself counts as positive)
 * @param logLossSum sum of -ln of the probability given to the true label, clipped at 1e-15
 * @param brierSum sum of squared differences of probability and label
 * @param concordant pairs of a positive and a negative patient in the right order; ties count half
 * @param pairs all such pairs
 */
public record Metrics(
    long rows,
    long positives,
    long correct,
    double logLossSum,
    double brierSum,
    double concordant,
    long pairs) {
  /** No patient; the zero of {@link #plus}. */
  public static final Metrics NONE = new Metrics(0, 0, 0, 0, 0, 0, 0);

  private static final double CLIP = 1e-15;

  /** Judges a model on rows it has not seen. */
  public static Metrics of(Model model, DesignMatrix rows) {
    boolean[] labels = new boolean[rows.rows()];
    for (int r = 0; r < labels.length; r++) {
      labels[r] = rows.positive(r);
    }
    return of(model.probabilities(rows), labels);
  }

  /** From probabilities and labels of equal length. */
  public static Metrics of(double[] probabilities, boolean[] positive) {
    if (probabilities.length != positive.length) {
      throw new IllegalArgumentException("As many labels as probabilities are needed");
    }
    long positives = 0;
    long correct = 0;
    double logLoss = 0;
    double brier = 0;
    for (int i = 0; i < positive.length; i++) {
      double p = probabilities[i];
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException("Not a probability: " + p);
      }
      double truth = positive[i] ? p : 1 - p;
      positives += positive[i] ? 1 : 0;
      correct += (p >= 0.5) == positive[i] ? 1 : 0;
      logLoss -= StrictMath.log(Math.clamp(truth, CLIP, 1 - CLIP));
      brier += (1 - truth) * (1 - truth);
    }
    long pairs = positives * (positive.length - positives);
    double concordant = rankSum(probabilities, positive) - positives * (positives + 1) / 2.0;
    return new Metrics(
        positive.length, positives, correct, logLoss, brier, pairs == 0 ? 0 : concordant, pairs);
  }

  /** Sum of the positives' ranks, ties by the middle of their ranks (Mann and Whitney 1947). */
  private static double rankSum(double[] probabilities, boolean[] positive) {
    List<Integer> order =
        IntStream.range(0, positive.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> probabilities[i]))
            .toList();
    double sum = 0;
    int from = 0;
    while (from < order.size()) {
      int to = from + 1;
      while (to < order.size() && probabilities[order.get(to)] == probabilities[order.get(from)]) {
        to++;
      }
      double midrank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        sum += positive[order.get(i)] ? midrank : 0;
      }
      from = to;
    }
    return sum;
  }

  /** Both sites together. */
  public Metrics plus(Metrics other) {
    return new Metrics(
        rows + other.rows,
        positives + other.positives,
        correct + other.correct,
        logLossSum + other.logLossSum,
        brierSum + other.brierSum,
        concordant + other.concordant,
        pairs + other.pairs);
  }

  /** Share of rows on the right side of 0.5; empty without rows. */
  public OptionalDouble accuracy() {
    return ratio((double) correct, rows);
  }

  /** Mean log loss in nats; empty without rows. */
  public OptionalDouble logLoss() {
    return ratio(logLossSum, rows);
  }

  /** Mean squared error of the probability; empty without rows. */
  public OptionalDouble brier() {
    return ratio(brierSum, rows);
  }

  /** Chance that a positive patient is ranked above a negative one; empty without both classes. */
  public OptionalDouble auc() {
    return ratio(concordant, pairs);
  }

  private static OptionalDouble ratio(double numerator, long denominator) {
    return denominator == 0 ? OptionalDouble.empty() : OptionalDouble.of(numerator / denominator);
  }
}
