package org.koinon.audit.source.fabric;

import java.util.List;
import org.koinon.federation.encoding.Digest;

/**
 * What was verified of a channel before its entries were looked at.
 *
 * @param channel its name
 * @param genesis hash of its first block, which the auditor vouches for
 * @param last hash of the last block that was verified
 * @param chaincode that holds the ledger
 * @param blocks how many were verified
 * @param transactions in them
 * @param invalid how many of these the rules find invalid, as their peer did
 * @param configurations how many blocks set the configuration, the first one too
 * @param members organisations, by the last configuration
 * @param ordering who signs blocks, in words
 * @param endorsement whose endorsements an entry takes, in words
 * @param saysVerdicts whether the blocks bear a peer's verdicts, which were compared
 */
public record ChannelSummary(
    String channel,
    Digest genesis,
    Digest last,
    String chaincode,
    long blocks,
    long transactions,
    long invalid,
    long configurations,
    List<String> members,
    String ordering,
    String endorsement,
    boolean saysVerdicts) {
  /** Copies. */
  public ChannelSummary {
    members = List.copyOf(members);
  }

  /** For people. */
  public String sentence() {
    return channel
        + ": "
        + blocks
        + " blocks from "
        + genesis.brief()
        + " to "
        + last.brief()
        + ", "
        + ordering
        + "; "
        + transactions
        + " transactions, "
        + invalid
        + " of them invalid and without effect"
        + (saysVerdicts ? ", as the peer said" : "")
        + "; entries of chaincode "
        + chaincode
        + " endorsed by "
        + endorsement;
  }
}
