package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataEntry;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.SignedEntry;

/** A chaincode's transaction in the making: what it reads and writes, who endorses and sends it. */
final class TestTransaction {
  private static final ByteString PROPOSAL = ByteString.copyFromUtf8("a proposal");
  private static int nonces;

  private final String channel;
  private final String chaincode;
  private final KVRWSet.Builder keys = KVRWSet.newBuilder();
  private final List<TestIdentity> endorsers = new ArrayList<>();
  private final List<Endorsement> endorsements = new ArrayList<>();
  private String space;
  private String event = "";
  private ByteString nonce = ByteString.copyFromUtf8("nonce " + ++nonces);
  private ByteString hashed = PROPOSAL;

  TestTransaction(String channel, String chaincode) {
    this.channel = channel;
    this.chaincode = chaincode;
    this.space = chaincode;
  }

  /** As the contract appends an entry whose key was not there. */
  static TestTransaction appending(String channel, String chaincode, SignedEntry entry) {
    String key = entry.entryKey().value();
    String composite = "\0" + String.join("\0", key.split("~", -1)) + "\0";
    return new TestTransaction(channel, chaincode)
        .reads(composite)
        .writes(composite, ByteString.copyFrom(entry.encode()))
        .says(key);
  }

  TestTransaction reads(String key) {
    keys.addReads(KVRead.newBuilder().setKey(key));
    return this;
  }

  TestTransaction reads(String key, long block, long transaction) {
    Version version = Version.newBuilder().setBlockNum(block).setTxNum(transaction).build();
    keys.addReads(KVRead.newBuilder().setKey(key).setVersion(version));
    return this;
  }

  TestTransaction writes(String key, ByteString value) {
    keys.addWrites(KVWrite.newBuilder().setKey(key).setValue(value));
    return this;
  }

  /** Binds a key to an endorsement policy. */
  TestTransaction binds(String key, SignaturePolicyEnvelope policy) {
    keys.addMetadataWrites(
        KVMetadataWrite.newBuilder()
            .setKey(key)
            .addEntries(
                KVMetadataEntry.newBuilder()
                    .setName("VALIDATION_PARAMETER")
                    .setValue(policy.toByteString())));
    return this;
  }

  TestTransaction says(String name) {
    event = name;
    return this;
  }

  /** Into another chaincode's keys. */
  TestTransaction into(String other) {
    space = other;
    return this;
  }

  TestTransaction endorsedBy(List<TestIdentity> peers) {
    endorsers.addAll(peers);
    return this;
  }

  /** With a signature that is not over this. */
  TestTransaction forgedBy(TestIdentity peer) {
    endorsements.add(
        Endorsement.newBuilder()
            .setEndorser(peer.serialised())
            .setSignature(peer.sign(ByteString.copyFromUtf8("something else")))
            .build());
    return this;
  }

  /** With the id of another. */
  TestTransaction withNonce(String text) {
    nonce = ByteString.copyFromUtf8(text);
    return this;
  }

  /** With endorsements of another proposal. */
  TestTransaction ofAnotherProposal() {
    hashed = ByteString.copyFromUtf8("another proposal");
    return this;
  }

  Envelope sentBy(TestIdentity sender) {
    ByteString signer =
        SignatureHeader.newBuilder()
            .setCreator(sender.serialised())
            .setNonce(nonce)
            .build()
            .toByteString();
    ChaincodeID called = ChaincodeID.newBuilder().setName(chaincode).build();
    ByteString header =
        ChannelHeader.newBuilder()
            .setType(HeaderType.ENDORSER_TRANSACTION_VALUE)
            .setChannelId(channel)
            .setTxId(EndorsedTransaction.id(nonce, sender.serialised()))
            .setExtension(
                ChaincodeHeaderExtension.newBuilder().setChaincodeId(called).build().toByteString())
            .build()
            .toByteString();
    ByteString response = response(header.concat(signer).concat(hashed));
    List<Endorsement> all = new ArrayList<>(endorsements);
    for (TestIdentity peer : endorsers) {
      all.add(
          Endorsement.newBuilder()
              .setEndorser(peer.serialised())
              .setSignature(peer.sign(response.concat(peer.serialised())))
              .build());
    }
    ChaincodeActionPayload action =
        ChaincodeActionPayload.newBuilder()
            .setChaincodeProposalPayload(PROPOSAL)
            .setAction(
                ChaincodeEndorsedAction.newBuilder()
                    .setProposalResponsePayload(response)
                    .addAllEndorsements(all))
            .build();
    Transaction transaction =
        Transaction.newBuilder()
            .addActions(
                TransactionAction.newBuilder().setHeader(signer).setPayload(action.toByteString()))
            .build();
    ByteString payload =
        Payload.newBuilder()
            .setHeader(Header.newBuilder().setChannelHeader(header).setSignatureHeader(signer))
            .setData(transaction.toByteString())
            .build()
            .toByteString();
    return Envelope.newBuilder().setPayload(payload).setSignature(sender.sign(payload)).build();
  }

  private ByteString response(ByteString proposal) {
    NsReadWriteSet set =
        NsReadWriteSet.newBuilder()
            .setNamespace(space)
            .setRwset(keys.build().toByteString())
            .build();
    ChaincodeAction.Builder action =
        ChaincodeAction.newBuilder()
            .setResults(TxReadWriteSet.newBuilder().addNsRwset(set).build().toByteString())
            .setChaincodeId(ChaincodeID.newBuilder().setName(chaincode).setVersion("1"));
    if (!event.isEmpty()) {
      action.setEvents(
          ChaincodeEvent.newBuilder()
              .setChaincodeId(chaincode)
              .setEventName("admitted")
              .setPayload(ByteString.copyFromUtf8(event))
              .build()
              .toByteString());
    }
    return ProposalResponsePayload.newBuilder()
        .setProposalHash(ByteString.copyFrom(Digest.sha256(proposal.toByteArray()).bytes()))
        .setExtension(action.build().toByteString())
        .build()
        .toByteString();
  }
}
