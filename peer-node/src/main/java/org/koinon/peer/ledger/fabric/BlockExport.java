package org.koinon.peer.ledger.fabric;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.GatewayRuntimeException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.network.node.FabricConfig;

/** A channel's blocks as a peer of the member's own organisation has them, for an auditor. */
public final class BlockExport {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private BlockExport() {}

  /**
   * Hands over all blocks that the peer has now, the first one first, as protobuf {@code
   * common.Block}. They are not judged here.
   *
   * @return how many
   * @throws LedgerException if the peer does not answer, or leaves one out
   */
  public static long read(FabricConfig config, Consumer<byte[]> taker) {
    Duration patience = Patience.USUAL.call();
    try (GatewayConnection connection =
        GatewayConnection.open(config, GatewayConnection.signer(config), patience)) {
      long height = height(connection, config);
      if (height > 0) {
        read(connection, height, taker);
      }
      return height;
    } catch (GatewayRuntimeException e) {
      throw new LedgerException(
          Advice.RETRY,
          "the peer at " + config.peer() + " stopped sending blocks: " + e.getMessage(),
          e);
    }
  }

  private static long height(GatewayConnection connection, FabricConfig config) {
    Pause pause = new Pause(Patience.USUAL.call());
    PeerFault last;
    do {
      try {
        Proposal question =
            connection
                .network()
                .getContract("qscc")
                .newProposal("GetChainInfo")
                .addArguments(config.channel())
                .build();
        return BlockchainInfo.parseFrom(connection.signed(question).evaluate()).getHeight();
      } catch (GatewayException e) {
        last = PeerFault.of(e);
      } catch (InvalidProtocolBufferException e) {
        throw new LedgerException(Advice.STOP, "the peer's chain info cannot be read", e);
      }
    } while (last.mayPass() && pause.isWorthAnother());
    throw last.exception("the peer at " + config.peer() + " does not say how many blocks it has");
  }

  private static void read(GatewayConnection connection, long height, Consumer<byte[]> taker) {
    try (CloseableIterator<Block> blocks =
        connection
            .signed(connection.network().newBlockEventsRequest().startBlock(0).build())
            .getEvents(
                options -> options.withDeadlineAfter(LONGEST.toSeconds(), TimeUnit.SECONDS))) {
      for (long number = 0; number < height; number++) {
        Block block = blocks.next();
        if (block.getHeader().getNumber() != number) {
          throw new LedgerException(
              Advice.RETRY,
              "the peer sent block " + block.getHeader().getNumber() + " in place of " + number,
              null);
        }
        taker.accept(block.toByteArray());
      }
    }
  }
}
