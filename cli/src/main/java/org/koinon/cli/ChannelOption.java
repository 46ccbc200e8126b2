package org.koinon.cli;

import org.jspecify.annotations.Nullable;
import org.koinon.audit.source.ChannelRoot;
import picocli.CommandLine.Option;

/** What an auditor of a Fabric channel's blocks vouches for. */
final class ChannelOption {
  @Option(
      names = "--genesis",
      paramLabel = "FILE_OR_HASH",
      description = "For blocks: the channel's first block, or its hash, known from elsewhere.")
  private @Nullable String genesis;

  @Option(
      names = "--chaincode",
      paramLabel = "NAME",
      defaultValue = ChannelRoot.CHAINCODE,
      description = "For blocks: the chaincode that holds the ledger; ${DEFAULT-VALUE}.")
  private String chaincode = ChannelRoot.CHAINCODE;

  @Nullable ChannelRoot root() {
    return genesis == null ? null : ChannelRoot.of(genesis, chaincode);
  }
}
