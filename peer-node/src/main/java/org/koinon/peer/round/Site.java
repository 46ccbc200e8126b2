package org.koinon.peer.round;

import java.util.List;
import java.util.SortedMap;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.RealVector;
import org.koinon.federation.consent.CountBucket;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.study.Study;

/**
 * What a hospital does on its own: select, train, validate. Rows never pass this port.
 *
 * <p>Called from one thread at a time. Every method may throw {@link SiteException}: the hospital
 * then follows the round without contributing.
 */
public interface Site {
  /** Digest of the training code that this site runs; a study names the one it wants. */
  Digest code();

  /**
   * The rows that the study and the patients' consent allow, as commitments.
   *
   * @param consent root of the consent tree and count
   * @param dataset the data's manifest, unsalted: the caller salts it
   */
  record Selection(Consent consent, Dataset dataset) {}

  /** The state of consent. */
  record Consent(Digest root, CountBucket consenting, String basis) {}

  /** The data. */
  record Dataset(Digest manifest, Digest schema, CountBucket rows) {}

  /** Step 2: what may be used now. */
  Selection select(Study study);

  /**
   * What training changed. Private: it has no wire and no ledger encoding.
   *
   * @param change result minus base, the study's tensors one after the other; in a statistics study
   *     the site's sums
   * @param rows how many it was made from
   * @param metrics of the base model on the site's rows, in the order of the study's vector, each
   *     within [-1, 1]
   */
  record LocalUpdate(RealVector change, long rows, List<Double> metrics) {
    /** Copies the metrics. */
    public LocalUpdate {
      metrics = List.copyOf(metrics);
    }

    /** The form only. */
    @Override
    public String toString() {
      return "LocalUpdate[" + change.size() + " numbers]";
    }
  }

  /** Step 3: trains, or counts. */
  LocalUpdate train(RoundPlan plan);

  /**
   * How a model does on the site's validation rows.
   *
   * @param rows how many; 0 means that the site abstains
   * @param metrics by name
   */
  record Evaluation(long rows, SortedMap<String, Double> metrics) {}

  /** Step 9: judges a result. */
  Evaluation evaluate(Study study, ModelFile model);
}
