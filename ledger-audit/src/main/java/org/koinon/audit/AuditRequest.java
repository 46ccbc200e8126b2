package org.koinon.audit;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.anchor.AnchorPoint;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.audit.source.LedgerInput;

/**
 * What is to be audited.
 *
 * @param file a ledger file, an export bundle, or a file or folder of a Fabric channel's blocks
 * @param checkpoints signed checkpoints, or signed entries kept apart, to hold the log against
 * @param archives archive folders of nodes; a bundle brings its own besides
 * @param anchors contracts that hold anchors of the log, each asked of the node that is named with
 *     it
 * @param channel what vouches for the blocks, where the file holds some
 */
public record AuditRequest(
    Path file,
    List<Path> checkpoints,
    List<Path> archives,
    List<AnchorPoint> anchors,
    @Nullable ChannelRoot channel) {
  /** Copies. */
  public AuditRequest {
    checkpoints = List.copyOf(checkpoints);
    archives = List.copyOf(archives);
    anchors = List.copyOf(anchors);
  }

  /** Without anchors: nothing leaves this machine. */
  public AuditRequest(Path file, List<Path> checkpoints, List<Path> archives) {
    this(file, checkpoints, archives, List.of(), null);
  }

  /** Held against these anchors too. */
  public AuditRequest with(List<AnchorPoint> more) {
    return new AuditRequest(file, checkpoints, archives, more, channel);
  }

  /** Of blocks of this channel, where the file holds some. */
  public AuditRequest with(@Nullable ChannelRoot root) {
    return new AuditRequest(file, checkpoints, archives, anchors, root);
  }

  /** Where the log is read from. */
  public LedgerInput ledger() {
    return new LedgerInput(file, channel);
  }

  /** The file alone. */
  public static AuditRequest of(Path file) {
    return new AuditRequest(file, List.of(), List.of());
  }
}
