package org.koinon.peer.ledger.fabric;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.hyperledger.fabric.client.Commit;
import org.hyperledger.fabric.client.CommitStatusException;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.SubmitException;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;

/** One attempt to have an entry endorsed, ordered and found valid: one Fabric transaction. */
final class Submission {
  /** How an attempt ended. */
  sealed interface Outcome {}

  /** The transaction is valid, in that block. */
  record Committed(long block) implements Outcome {}

  /** The endorsers hold the same entry already. */
  record Present() implements Outcome {}

  /** The endorsers refuse it. */
  record Refused(Admission.Refused admission) implements Outcome {}

  /** Nothing was written, and nothing will be by this attempt; another may do better. */
  record NotWritten(LedgerException fault) implements Outcome {}

  /** It may stand, now or later. */
  record Unknown(LedgerException fault) implements Outcome {}

  private final GatewayConnection connection;
  private final Contract contract;
  private final Duration patience;

  Submission(GatewayConnection connection, Contract contract, Duration patience) {
    this.connection = connection;
    this.contract = contract;
    this.patience = patience;
  }

  /**
   * Tries once.
   *
   * @throws LedgerException when no later attempt would do better
   */
  Outcome attempt(byte[] entry) {
    Transaction transaction;
    try {
      Proposal proposal = contract.newProposal("append").addArguments(entry).build();
      transaction = connection.signed(proposal).endorse();
    } catch (EndorseException e) {
      return notEndorsed(PeerFault.of(e));
    } catch (LedgerException e) {
      return new NotWritten(e); // not signed
    }
    if (new String(transaction.getResult(), StandardCharsets.UTF_8).equals("PRESENT")) {
      return new Present();
    }
    Commit commit;
    try {
      commit = connection.signed(transaction).submitAsync();
    } catch (SubmitException e) {
      return new Unknown(PeerFault.of(e).exception("the entry may not have reached the orderers"));
    } catch (LedgerException e) {
      return new NotWritten(e); // not signed
    }
    try {
      return status(connection.signed(commit));
    } catch (LedgerException e) {
      return new Unknown(e); // sent, and then not signed
    }
  }

  private static Outcome notEndorsed(PeerFault fault) {
    if (fault.refusal().isPresent()) {
      return new Refused(fault.refusal().get());
    }
    LedgerException exception = fault.exception("the entry was not endorsed");
    if (!fault.mayPass()) {
      throw exception;
    }
    return new NotWritten(exception);
  }

  /** Asks until there is an answer: the transaction is on its way whatever befalls the question. */
  private Outcome status(Commit commit) {
    Pause pause = new Pause(patience);
    while (true) {
      try {
        return settled(commit.getStatus());
      } catch (CommitStatusException e) {
        PeerFault fault = PeerFault.of(e);
        if (!fault.mayPass() || !pause.isWorthAnother()) {
          return new Unknown(fault.exception("the peer does not say whether the entry stands"));
        }
      }
    }
  }

  private static Outcome settled(Status status) {
    TxValidationCode code = status.getCode();
    if (status.isSuccessful()) {
      return new Committed(status.getBlockNumber());
    }
    LedgerException fault =
        new LedgerException(
            Advice.RETRY, "the channel found the transaction invalid: " + code, null);
    return new NotWritten(fault);
  }
}
