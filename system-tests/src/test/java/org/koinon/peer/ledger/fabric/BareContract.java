package org.koinon.peer.ledger.fabric;

import java.time.Duration;
import java.util.List;
import org.hyperledger.fabric.client.Commit;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.koinon.network.node.FabricConfig;

/**
 * Any chaincode through the connection that the ledger uses, without the ledger: endorsed, ordered
 * and waited for. Safe for use by several threads.
 */
public final class BareContract implements AutoCloseable {
  private final GatewayConnection connection;
  private final Contract contract;

  /** Connects as the member that the configuration names. */
  public BareContract(FabricConfig config, Duration patience) {
    this.connection = GatewayConnection.open(config, GatewayConnection.signer(config), patience);
    this.contract = connection.network().getContract(config.chaincode());
  }

  /** Returns when the transaction is valid in a block. */
  public void submit(byte[] argument) throws GatewayException {
    Proposal proposal = contract.newProposal("append").addArguments(argument).build();
    Transaction endorsed = connection.signed(proposal).endorse();
    Commit sent = connection.signed(endorsed).submitAsync();
    Status status = connection.signed(sent).getStatus();
    if (!status.isSuccessful()) {
      throw new IllegalStateException("the transaction is invalid: " + status.getCode());
    }
  }

  /**
   * Endorsed by peers of these organisations and of no other.
   *
   * @return what the channel found it to be
   */
  public TxValidationCode submit(byte[] argument, List<String> organisations)
      throws GatewayException {
    Proposal proposal =
        contract
            .newProposal("append")
            .addArguments(argument)
            .setEndorsingOrganizations(organisations.toArray(String[]::new))
            .build();
    Transaction endorsed = connection.signed(proposal).endorse();
    return connection.signed(connection.signed(endorsed).submitAsync()).getStatus().getCode();
  }

  @Override
  public void close() {
    connection.close();
  }
}
