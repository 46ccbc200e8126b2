package org.koinon.peer.ledger.fabric;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.gateway.ProposedTransaction;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.koinon.network.node.FabricConfig;

/** A member whose clock is off: what it submits bears another time than the peers have. */
public final class ClockThatIsOff {
  private final FabricConfig config;
  private final Duration off;

  /** Ahead by that much, or behind if it is negative. */
  public ClockThatIsOff(FabricConfig config, Duration off) {
    this.config = config;
    this.off = off;
  }

  /** Submits an entry as {@link FabricLedger} does. */
  public void append(byte[] entry, Duration patience) {
    try (GatewayConnection connection =
        GatewayConnection.open(config, GatewayConnection.signer(config), patience)) {
      Contract contract = connection.network().getContract(config.chaincode());
      Contract late =
          proxy(
              Contract.class,
              (method, arguments) ->
                  method.getName().equals("newProposal")
                      ? late(
                          connection.gateway(),
                          (Proposal.Builder) method.invoke(contract, arguments))
                      : method.invoke(contract, arguments));
      var _ = new Submission(connection, late, patience).attempt(entry);
    }
  }

  private Proposal.Builder late(Gateway gateway, Proposal.Builder builder) {
    return proxy(
        Proposal.Builder.class,
        (method, arguments) ->
            method.getName().equals("build")
                ? gateway.newProposal(shifted(builder.build()))
                : late(gateway, (Proposal.Builder) method.invoke(builder, arguments)));
  }

  private byte[] shifted(Proposal proposal) throws InvalidProtocolBufferException {
    ProposedTransaction transaction = ProposedTransaction.parseFrom(proposal.getBytes());
    var inner =
        org.hyperledger.fabric.protos.peer.Proposal.parseFrom(
            transaction.getProposal().getProposalBytes());
    Header header = Header.parseFrom(inner.getHeader());
    ChannelHeader channel = ChannelHeader.parseFrom(header.getChannelHeader());
    Timestamp honest = channel.getTimestamp();
    Instant shifted = Instant.ofEpochSecond(honest.getSeconds(), honest.getNanos()).plus(off);
    ChannelHeader.Builder other = channel.toBuilder();
    other.getTimestampBuilder().setSeconds(shifted.getEpochSecond()).setNanos(shifted.getNano());
    Header altered = header.toBuilder().setChannelHeader(other.build().toByteString()).build();
    SignedProposal unsigned =
        SignedProposal.newBuilder()
            .setProposalBytes(
                inner.toBuilder().setHeader(altered.toByteString()).build().toByteString())
            .build();
    return transaction.toBuilder().setProposal(unsigned).build().toByteArray();
  }

  private interface Call {
    Object answer(java.lang.reflect.Method method, Object[] arguments) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.answer(method, arguments)));
  }
}
