package org.koinon.peer.site;

import java.nio.charset.StandardCharsets;
import org.koinon.federation.encoding.Digest;

/** What trains here, as the name that a study can demand: it changes when results could change. */
public final class TrainingCode {
  /** In words. */
  public static final String NAME = "koinon tabular training 1; djl 0.35.1; pytorch 2.7.1";

  /** For the ledger. */
  public static final Digest DIGEST =
      Digest.tagged("koinon/code/v1", NAME.getBytes(StandardCharsets.UTF_8));

  private TrainingCode() {}
}
