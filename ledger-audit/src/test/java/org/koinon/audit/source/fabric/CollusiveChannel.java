package org.koinon.audit.source.fabric;

import java.nio.file.Path;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.koinon.audit.source.ChannelRoot;
import org.koinon.federation.ledger.SignedEntry;

/**
 * A Fabric channel all of whose orderers and hospitals work together: they make its blocks anew for
 * any log, from the same first block on, and all sign.
 */
public final class CollusiveChannel {
  private static final List<Integer> ORDERERS = List.of(1, 2, 3, 4);
  private static final int HOSPITALS = 3;

  /** The first block, and the one in which the chaincode is agreed on. */
  private static final int FOUNDING = 2;

  private final TestChannel channel = TestChannel.bft();

  /** What an auditor knows the channel by. */
  public ChannelRoot root() {
    return new ChannelRoot(channel.genesis(), TestChannel.CHAINCODE);
  }

  /** Makes the channel as if it had never had other entries, and exports its blocks. */
  public Path export(List<SignedEntry> entries, Path file) {
    List<Block> blocks = channel.blocks();
    blocks.subList(FOUNDING, blocks.size()).clear();
    for (SignedEntry entry : entries) {
      Envelope transaction =
          channel.appending(entry).endorsedBy(channel.peers(0, HOSPITALS)).sentBy(channel.client());
      Block block = channel.cut(transaction);
      blocks.set(blocks.size() - 1, channel.signed(block, ORDERERS));
    }
    return channel.write(file);
  }
}
