package org.koinon.benchmarks;

import java.util.Collection;
import java.util.Locale;

/**
 * Mean and standard deviation of a figure over the seeds.
 *
 * @param mean arithmetic mean
 * @param deviation with n - 1; 0 for one seed
 */
record Spread(double mean, double deviation) {
  /** Of at least one figure. */
  static Spread of(Collection<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("There is no figure to take a mean of");
    }
    double mean = figures.stream().mapToDouble(figure -> figure).sum() / figures.size();
    double squares = figures.stream().mapToDouble(f -> (f - mean) * (f - mean)).sum();
    double deviation = figures.size() == 1 ? 0 : Math.sqrt(squares / (figures.size() - 1));
    return new Spread(mean, deviation);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4f ± %.4f", mean, deviation);
  }
}
