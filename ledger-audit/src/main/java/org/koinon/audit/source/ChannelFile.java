package org.koinon.audit.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.source.fabric.ChannelSummary;
import org.koinon.audit.source.fabric.ChannelVerifier;

/**
 * The blocks of a Fabric channel, verified from the first one on; its entries are what valid
 * transactions wrote through the ledger's chaincode in the blocks that hold.
 */
public final class ChannelFile implements EntrySource {
  private final String name;
  private final ChannelVerifier verifier;
  private final List<Finding> findings;

  private ChannelFile(String name, ChannelVerifier verifier, List<Finding> findings) {
    this.name = name;
    this.verifier = verifier;
    this.findings = findings;
  }

  /** Reads and verifies a file, or a folder, of blocks. */
  static ChannelFile read(LedgerInput input) throws IOException {
    ChannelRoot root = input.channel();
    if (root == null) {
      throw unnamed(input);
    }
    ChannelVerifier verifier = new ChannelVerifier(input.name(), root.genesis(), root.chaincode());
    List<Finding> findings = new ArrayList<>(BlockFile.read(input.file(), verifier::take));
    findings.addAll(verifier.findings());
    return new ChannelFile(input.name(), verifier, List.copyOf(findings));
  }

  private static BadInputException unnamed(LedgerInput input) throws IOException {
    List<byte[]> first = new ArrayList<>();
    var _ =
        BlockFile.read(
            input.file(),
            block -> {
              first.add(block);
              return false;
            });
    String hash =
        first.stream()
            .findFirst()
            .flatMap(ChannelVerifier::hash)
            .map(found -> " Its first block has the hash " + found + ": compare, do not copy.")
            .orElse("");
    return new BadInputException(
        input.name()
            + " holds blocks of a Fabric channel, and somebody must vouch for the channel: name its"
            + " first block with --genesis, as a file or by its hash, as a member that you trust"
            + " gave it to you."
            + hash,
        null);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<byte[]> entries() {
    return verifier.entries();
  }

  @Override
  public long rows() {
    return verifier.entries().size();
  }

  @Override
  public List<Finding> findings() {
    return findings;
  }

  @Override
  public List<Path> checkpoints() {
    return List.of();
  }

  @Override
  public List<Archive> archives() {
    return List.of();
  }

  @Override
  public Optional<ChannelSummary> channel() {
    return verifier.summary();
  }

  @Override
  public void close() {
    // Nothing was copied.
  }
}
