package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.koinon.federation.encoding.Digest;

/**
 * Reads transactions as a committing peer does, in its order of checks: the headers, the sender and
 * its signature over all of it, the id, the hash of the proposal in what the endorsers signed.
 *
 * @param config in force
 */
record TransactionReader(ChannelConfig config) {
  private static final int CONFIG = HeaderType.CONFIG_VALUE;
  private static final int ENDORSED = HeaderType.ENDORSER_TRANSACTION_VALUE;
  private static final int UPDATE = HeaderType.CONFIG_UPDATE_VALUE;

  private record Opened(Payload payload, ChannelHeader channel, SignatureHeader signer) {}

  /** Checks a transaction that sets the configuration as every transaction is checked. */
  void checkConfig(ByteString bytes) throws InvalidTransactionException {
    Opened opened = open(bytes);
    var _ = sender(bytes, opened);
  }

  /** Reads a chaincode's transaction. */
  EndorsedTransaction read(ByteString bytes) throws InvalidTransactionException {
    Opened opened = open(bytes);
    Identity sender = sender(bytes, opened);
    if (opened.channel().getType() != ENDORSED) {
      throw invalid(TxValidationCode.UNSUPPORTED_TX_PAYLOAD, "it is no chaincode's");
    }
    ByteString creator = opened.signer().getCreator();
    String id = EndorsedTransaction.id(opened.signer().getNonce(), creator);
    if (!opened.channel().getTxId().equals(id)) {
      throw invalid(TxValidationCode.BAD_PROPOSAL_TXID, "its id is not the one of its sender");
    }
    try {
      return read(opened, id, sender);
    } catch (InvalidProtocolBufferException e) {
      throw invalid(TxValidationCode.INVALID_ENDORSER_TRANSACTION, "it cannot be read");
    }
  }

  private static InvalidTransactionException invalid(TxValidationCode code, String why) {
    return new InvalidTransactionException(code, why);
  }

  private static Opened open(ByteString bytes) throws InvalidTransactionException {
    Payload payload;
    try {
      payload = Payload.parseFrom(Envelope.parseFrom(bytes).getPayload());
    } catch (InvalidProtocolBufferException e) {
      throw invalid(TxValidationCode.BAD_PAYLOAD, "its payload cannot be read");
    }
    try {
      Header header = payload.getHeader();
      ChannelHeader channel = ChannelHeader.parseFrom(header.getChannelHeader());
      SignatureHeader signer = SignatureHeader.parseFrom(header.getSignatureHeader());
      boolean isOfKind = List.of(CONFIG, ENDORSED, UPDATE).contains(channel.getType());
      if (payload.hasHeader() && isOfKind && channel.getEpoch() == 0 && isWhole(signer)) {
        return new Opened(payload, channel, signer);
      }
    } catch (InvalidProtocolBufferException e) {
      throw invalid(TxValidationCode.BAD_COMMON_HEADER, "its header cannot be read");
    }
    throw invalid(TxValidationCode.BAD_COMMON_HEADER, "its header lacks something");
  }

  private static boolean isWhole(SignatureHeader signer) {
    return !signer.getNonce().isEmpty() && !signer.getCreator().isEmpty();
  }

  private Identity sender(ByteString bytes, Opened opened) throws InvalidTransactionException {
    TxValidationCode code = TxValidationCode.BAD_CREATOR_SIGNATURE;
    if (!opened.channel().getChannelId().equals(config.channel())) {
      throw invalid(code, "it is of channel " + opened.channel().getChannelId());
    }
    Identity sender =
        config
            .memberships()
            .identity(opened.signer().getCreator())
            .orElseThrow(() -> invalid(code, "its sender is not of this channel"));
    Optional<String> why = config.memberships().whyInvalid(sender);
    if (why.isPresent()) {
      throw invalid(
          code, "the certificate of its sender " + sender.name() + " is not valid: " + why.get());
    }
    try {
      Envelope envelope = Envelope.parseFrom(bytes);
      ByteString creator = opened.signer().getCreator();
      if (new SignedData(creator, envelope.getPayload(), envelope.getSignature()).isBy(sender)) {
        return sender;
      }
    } catch (InvalidProtocolBufferException e) {
      throw invalid(TxValidationCode.BAD_PAYLOAD, "its payload cannot be read");
    }
    throw invalid(code, "the signature of its sender " + sender.name() + " does not hold");
  }

  private static EndorsedTransaction read(Opened opened, String id, Identity sender)
      throws InvalidProtocolBufferException, InvalidTransactionException {
    Transaction transaction = Transaction.parseFrom(opened.payload().getData());
    TxValidationCode code = TxValidationCode.INVALID_ENDORSER_TRANSACTION;
    if (transaction.getActionsCount() != 1) {
      throw invalid(code, "it has " + transaction.getActionsCount() + " actions, not one");
    }
    TransactionAction action = transaction.getActions(0);
    ChaincodeActionPayload payload = ChaincodeActionPayload.parseFrom(action.getPayload());
    ByteString response = payload.getAction().getProposalResponsePayload();
    ProposalResponsePayload result = ProposalResponsePayload.parseFrom(response);
    ByteString proposal =
        opened
            .payload()
            .getHeader()
            .getChannelHeader()
            .concat(action.getHeader())
            .concat(payload.getChaincodeProposalPayload());
    ByteString hash = ByteString.copyFrom(Digest.sha256(proposal.toByteArray()).bytes());
    if (!isWhole(SignatureHeader.parseFrom(action.getHeader()))
        || !hash.equals(result.getProposalHash())) {
      throw invalid(code, "its endorsements are of another proposal");
    }
    List<SignedData> endorsements =
        payload.getAction().getEndorsementsList().stream()
            .map(
                each ->
                    new SignedData(
                        each.getEndorser(),
                        response.concat(each.getEndorser()),
                        each.getSignature()))
            .toList();
    return action(opened, id, sender, result.getExtension(), endorsements);
  }

  private static EndorsedTransaction action(
      Opened opened,
      String id,
      Identity sender,
      ByteString extension,
      List<SignedData> endorsements)
      throws InvalidProtocolBufferException, InvalidTransactionException {
    ChaincodeAction action = ChaincodeAction.parseFrom(extension);
    ChaincodeHeaderExtension called =
        ChaincodeHeaderExtension.parseFrom(opened.channel().getExtension());
    ReadWriteSet changes;
    try {
      changes = ReadWriteSet.of(action.getResults());
    } catch (InvalidProtocolBufferException e) {
      throw invalid(TxValidationCode.BAD_RWSET, "what it read and wrote cannot be read");
    }
    if (!called.hasChaincodeId() || !action.hasChaincodeId()) {
      throw invalid(TxValidationCode.INVALID_OTHER_REASON, "it names no chaincode");
    }
    String chaincode = called.getChaincodeId().getName();
    if (chaincode.isEmpty()
        || !chaincode.equals(action.getChaincodeId().getName())
        || action.getChaincodeId().getVersion().isEmpty()) {
      throw invalid(TxValidationCode.INVALID_CHAINCODE, "it names two chaincodes, or no version");
    }
    ChaincodeEvent event = ChaincodeEvent.parseFrom(action.getEvents());
    if (!action.getEvents().isEmpty() && !event.getChaincodeId().equals(chaincode)) {
      throw invalid(TxValidationCode.INVALID_OTHER_REASON, "its event is another chaincode's");
    }
    Set<String> spaces = new HashSet<>();
    for (ReadWriteSet.Space space : changes.spaces()) {
      if (!spaces.add(space.chaincode())) {
        throw invalid(
            TxValidationCode.ILLEGAL_WRITESET, "it has keys of " + space.chaincode() + " twice");
      }
    }
    return new EndorsedTransaction(id, sender, chaincode, event, changes, endorsements);
  }
}
