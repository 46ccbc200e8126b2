package org.koinon.system.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.cert.X509Certificate;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.koinon.federation.encoding.Digest;
import org.koinon.system.fabric.TestAuthority.Credentials;

/**
 * An endorsing peer: runs the chaincode on a proposal and signs what came of it.
 *
 * @param msp its organisation
 * @param peer its identity
 * @param authority who certifies the channel's identities, of all its organisations
 * @param chaincode the stream to the chaincode
 */
record StandInEndorser(
    String msp, Credentials peer, X509Certificate authority, ChaincodeStream chaincode) {
  /**
   * A proposal, parsed.
   *
   * @param signed as it came
   * @param header its header
   * @param channel its channel header
   * @param payload its payload
   * @param spec what is to run
   */
  record Proposed(
      SignedProposal signed,
      Header header,
      ChannelHeader channel,
      ByteString payload,
      ChaincodeSpec spec) {
    static Proposed of(SignedProposal signed) throws InvalidProtocolBufferException {
      Proposal proposal = Proposal.parseFrom(signed.getProposalBytes());
      Header header = Header.parseFrom(proposal.getHeader());
      ChaincodeProposalPayload payload = ChaincodeProposalPayload.parseFrom(proposal.getPayload());
      return new Proposed(
          signed,
          header,
          ChannelHeader.parseFrom(header.getChannelHeader()),
          proposal.getPayload(),
          ChaincodeInvocationSpec.parseFrom(payload.getInput()).getChaincodeSpec());
    }

    private ByteString serialisedCreator() throws InvalidProtocolBufferException {
      return SignatureHeader.parseFrom(header.getSignatureHeader()).getCreator();
    }

    boolean isSigned() throws InvalidProtocolBufferException {
      return StandInIdentities.verifies(
          serialisedCreator(), signed.getProposalBytes(), signed.getSignature());
    }

    SerializedIdentity creator() throws InvalidProtocolBufferException {
      return SerializedIdentity.parseFrom(serialisedCreator());
    }

    String chaincodeName() {
      return spec.getChaincodeId().getName();
    }
  }

  /** Whether the authority has certified who is said to have signed the proposal. */
  boolean knows(Proposed proposed) throws InvalidProtocolBufferException {
    return StandInIdentities.isCertified(proposed.serialisedCreator(), authority);
  }

  Simulation.Result simulate(Proposed proposed, WorldState snapshot) {
    return chaincode.run(
        snapshot,
        proposed.channel().getChannelId(),
        proposed.channel().getTxId(),
        proposed.spec().getInput(),
        proposed.signed());
  }

  /** The transaction, for the client to sign. */
  Envelope endorse(Proposed proposed, Simulation.Result result) {
    ChaincodeID name = ChaincodeID.newBuilder().setName(proposed.chaincodeName()).build();
    NsReadWriteSet space =
        NsReadWriteSet.newBuilder()
            .setNamespace(name.getName())
            .setRwset(result.reads().toByteString())
            .build();
    ChaincodeAction.Builder action =
        ChaincodeAction.newBuilder()
            .setResults(TxReadWriteSet.newBuilder().addNsRwset(space).build().toByteString())
            .setResponse(result.response())
            .setChaincodeId(name);
    if (!result.event().getEventName().isEmpty()) {
      ChaincodeEvent event =
          result.event().toBuilder()
              .setChaincodeId(name.getName())
              .setTxId(proposed.channel().getTxId())
              .build();
      action.setEvents(event.toByteString());
    }
    ByteString response =
        ProposalResponsePayload.newBuilder()
            .setProposalHash(
                ByteString.copyFrom(Digest.sha256(proposed.payload().toByteArray()).bytes()))
            .setExtension(action.build().toByteString())
            .build()
            .toByteString();
    return envelope(proposed, response);
  }

  private Envelope envelope(Proposed proposed, ByteString response) {
    ByteString endorser = StandInIdentities.serialised(msp, peer);
    Endorsement endorsement =
        Endorsement.newBuilder()
            .setEndorser(endorser)
            .setSignature(StandInIdentities.sign(peer, response.concat(endorser)))
            .build();
    ChaincodeActionPayload payload =
        ChaincodeActionPayload.newBuilder()
            .setChaincodeProposalPayload(proposed.payload())
            .setAction(
                ChaincodeEndorsedAction.newBuilder()
                    .setProposalResponsePayload(response)
                    .addEndorsements(endorsement))
            .build();
    TransactionAction action =
        TransactionAction.newBuilder()
            .setHeader(proposed.header().getSignatureHeader())
            .setPayload(payload.toByteString())
            .build();
    return Envelope.newBuilder()
        .setPayload(
            Payload.newBuilder()
                .setHeader(proposed.header())
                .setData(Transaction.newBuilder().addActions(action).build().toByteString())
                .build()
                .toByteString())
        .build();
  }
}
