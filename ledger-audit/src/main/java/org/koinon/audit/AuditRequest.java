package org.koinon.audit;

import java.nio.file.Path;
import java.util.List;
import org.koinon.audit.anchor.AnchorPoint;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.audit.source.LedgerInput;

/**
 * What is to be audited.
 *
 * @param ledger where the log is read from
 * @param checkpoints signed checkpoints, or signed entries kept apart, to hold the log against
 * @param archives archive folders of nodes; a bundle brings its own besides
 * @param anchors contracts that hold anchors of the log, each asked of the node that is named with
 *     it
 */
public record AuditRequest(
    LedgerInput ledger, List<Path> checkpoints, List<Path> archives, List<AnchorPoint> anchors) {
  /** Copies. */
  public AuditRequest {
    checkpoints = List.copyOf(checkpoints);
    archives = List.copyOf(archives);
    anchors = List.copyOf(anchors);
  }

  /** Without anchors: nothing leaves this machine. */
  public AuditRequest(Path file, List<Path> checkpoints, List<Path> archives) {
    this(LedgerInput.of(file), checkpoints, archives, List.of());
  }

  /** Held against these anchors too. */
  public AuditRequest with(List<AnchorPoint> more) {
    return new AuditRequest(ledger, checkpoints, archives, more);
  }

  /** Of blocks of this channel. */
  public AuditRequest with(ChannelRoot root) {
    LedgerInput vouched = new LedgerInput(ledger.file(), root, ledger.name());
    return new AuditRequest(vouched, checkpoints, archives, anchors);
  }

  /** The file alone. */
  public static AuditRequest of(Path file) {
    return new AuditRequest(file, List.of(), List.of());
  }
}
