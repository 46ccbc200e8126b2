package org.koinon.cli.report;

import org.koinon.federation.lineage.ModelId;
import org.koinon.gossip.Traffic;
import org.koinon.peer.site.SiteReport;

/**
 * What a study came to at one hospital.
 *
 * @param site its name
 * @param model the model that it holds at the end
 * @param report its test rows, judged by its own and by the common model
 * @param traffic what its node sent
 */
public record SiteResult(String site, ModelId model, SiteReport report, Traffic traffic) {
  /** Payload of pieces and sums, in bytes. */
  public long payloadBytes() {
    return traffic.contributionBytes() + traffic.sumBytes();
  }
}
