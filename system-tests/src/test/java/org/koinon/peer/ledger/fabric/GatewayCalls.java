package org.koinon.peer.ledger.fabric;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Commit;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.SubmitException;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.protos.common.Block;
import org.koinon.network.node.FabricConfig;

/**
 * The single calls at a peer's gateway that {@link FabricLedger} is made of: each is made once, and
 * what comes back is not interpreted. Safe for use by several threads.
 */
public final class GatewayCalls implements AutoCloseable {
  private final GatewayConnection connection;
  private final Contract contract;
  private final Duration patience;

  /** Connects with the certificate of the configuration and that signer. */
  public GatewayCalls(FabricConfig config, Signer signer, Duration patience) {
    this.connection = GatewayConnection.open(config, signer, patience);
    this.contract = connection.network().getContract(config.chaincode());
    this.patience = patience;
  }

  /** The same with the key of the configuration. */
  public GatewayCalls(FabricConfig config, Duration patience) {
    this(config, GatewayConnection.signer(config), patience);
  }

  /** Has a transaction tried at one peer. */
  public byte[] evaluate(String function, byte[] argument) throws GatewayException {
    return connection.signed(proposal(function, argument)).evaluate();
  }

  /** Has a transaction endorsed; nothing is written by it. */
  public Transaction endorse(String function, byte[] argument) throws EndorseException {
    return connection.signed(proposal(function, argument)).endorse();
  }

  private Proposal proposal(String function, byte[] argument) {
    return contract.newProposal(function).addArguments(argument).build();
  }

  /** Hands an endorsed transaction over to be ordered. */
  public Commit submit(Transaction transaction) throws SubmitException {
    return connection.signed(connection.signed(transaction).submitAsync());
  }

  /** As many blocks as that, as one stream sends them that is asked for this one first. */
  public List<Block> blocks(long from, int count) {
    List<Block> blocks = new ArrayList<>();
    try (CloseableIterator<Block> stream =
        connection
            .signed(connection.network().newBlockEventsRequest().startBlock(from).build())
            .getEvents(
                options -> options.withDeadlineAfter(patience.toSeconds(), TimeUnit.SECONDS))) {
      while (blocks.size() < count) {
        blocks.add(stream.next());
      }
    }
    return blocks;
  }

  @Override
  public void close() {
    connection.close();
  }
}
