package org.koinon.audit;

import java.nio.file.Path;
import java.util.List;

/**
 * What is to be audited.
 *
 * @param file a ledger file or an export bundle
 * @param checkpoints signed checkpoints, or signed entries kept apart, to hold the log against
 * @param archives archive folders of nodes; a bundle brings its own besides
 */
public record AuditRequest(Path file, List<Path> checkpoints, List<Path> archives) {
  /** Copies. */
  public AuditRequest {
    checkpoints = List.copyOf(checkpoints);
    archives = List.copyOf(archives);
  }

  /** The file alone. */
  public static AuditRequest of(Path file) {
    return new AuditRequest(file, List.of(), List.of());
  }
}
