package org.koinon.benchmarks;

import java.util.List;
import org.koinon.peer.training.Metrics;

/**
 * How one model does on the test rows. AUC of the two pooled tests ranks all patients together.
 *
 * @param clients each hospital's test rows, scaled as the study scales
 * @param own the same rows together
 * @param pooled the same rows scaled by all training rows: FLamby's Pooled Test
 */
record HeartScore(List<Metrics> clients, Metrics own, Metrics pooled) {
  /** Copies. */
  HeartScore {
    clients = List.copyOf(clients);
  }

  /** Mean of the hospitals' accuracies, every hospital counting alike. */
  double clientAccuracy() {
    return clients.stream().mapToDouble(m -> m.accuracy().orElseThrow()).average().orElseThrow();
  }

  /** Mean of the hospitals' AUC, where a hospital's test has both classes. */
  double clientAuc() {
    return clients.stream()
        .flatMapToDouble(metrics -> metrics.auc().stream())
        .average()
        .orElseThrow();
  }
}
